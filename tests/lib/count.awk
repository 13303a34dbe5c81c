# What the runners of one `ctest` said: awk -f count.awk CTEST_STDOUT LAST_TEST_LOG
#
# A runner tells TAP (`ok 1 - ...`), or `N passed, N failed` as its own sum. One that
# tells neither counts as one. One that ended badly has failed at least once, whatever
# it told. Prints a line for each, then `sum PASSED FAILED SKIPPED`.

# ctest's own result: " 4/18 Test #14: wire_ssh .......   Passed    0.01 sec"
FNR == NR {
    if ($0 ~ /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /) {
        sub(/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /, "")
        name = $1
        names[++count] = name
        took[name] = $(NF - 1)
        ended[name] = / Passed / ? "well" : /\*\*\*Skipped/ ? "skipped" : "badly"
    }
    next
}

/^[0-9]+\/[0-9]+ Test: / { name = $3; inside = 0; next }
/^<end of output>/       { inside = 0; next }
/^Output:$/              { inside = 1; next }
!inside                  { next }

/^ok [0-9].*# *[Ss][Kk][Ii][Pp]/     { skipped[name]++; next }
/^ok [0-9]/                          { passed[name]++; next }
/^not ok [0-9]/                      { failed[name]++; next }
/^[0-9]+ passed, [0-9]+ failed\.?$/  { own_passed[name] = $1; own_failed[name] = $3 + 0 }

END {
    for (i = 1; i <= count; i++) {
        name = names[i]
        if (name in own_passed) {
            passed[name] = own_passed[name]
            failed[name] = own_failed[name]
        }
        if (ended[name] == "skipped")
            skipped[name]++
        else if (ended[name] == "badly" && !failed[name])
            failed[name]++
        else if (!passed[name] && !failed[name])
            passed[name]++
        note = skipped[name] ? sprintf(", %d skipped", skipped[name]) : ""
        printf "%-28s %4d passed, %d failed%s  (%s s)\n",
            name, passed[name], failed[name], note, took[name]
        all_passed += passed[name]
        all_failed += failed[name]
        all_skipped += skipped[name]
    }
    printf "sum %d %d %d\n", all_passed, all_failed, all_skipped
}
