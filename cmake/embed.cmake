# Writes the files below ASSETS into the C file TABLE: cmake -DASSETS=.. -DTABLE=.. -P
#
# The helpers for the hosts are made of parts: what is carried is the assembled
# program, one file each, and not the parts.

set(helpers bgc-lb bgc-host bootstrap)

# embed(NAME FILE): appends the bytes of FILE as the asset NAME.
function(embed name file)
    file(READ ${file} hex HEX)
    file(SIZE ${file} length)
    file(SHA256 ${file} sha256)
    string(REGEX REPLACE "(................................)" "\\1\n    " hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1, " hex "${hex}")
    string(MAKE_C_IDENTIFIER "bytes_of_${name}" symbol)
    string(APPEND arrays
        "static const unsigned char ${symbol}[] = {\n    ${hex}0x00};\n\n")
    string(APPEND rows
        "    {\"${name}\", (const char *)${symbol}, ${length},\n     \"${sha256}\"},\n")
    set(arrays "${arrays}" PARENT_SCOPE)
    set(rows "${rows}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE names RELATIVE ${ASSETS} ${ASSETS}/*)
list(FILTER names EXCLUDE REGEX "^remote/|(^|/)README\\.md$")
foreach(helper ${helpers})
    if(EXISTS ${ASSETS}/remote/${helper})
        list(APPEND names remote/${helper})
    endif()
endforeach()
list(SORT names COMPARE STRING) # asset_find() searches by halves

set(arrays "")
set(rows "")
get_filename_component(scratch ${TABLE} DIRECTORY)
foreach(name ${names})
    set(file ${ASSETS}/${name})
    if(name MATCHES "^remote/(.+)$" AND EXISTS ${ASSETS}/remote/assemble)
        set(file ${scratch}/${CMAKE_MATCH_1})
        execute_process(COMMAND ${ASSETS}/remote/assemble ${CMAKE_MATCH_1}
                        OUTPUT_FILE ${file} COMMAND_ERROR_IS_FATAL ANY)
    endif()
    embed(${name} ${file})
endforeach()

list(LENGTH names count)
file(WRITE ${TABLE} "/* Made from assets/ by cmake/embed.cmake. */
#include \"base/asset_table.h\"

${arrays}const struct asset asset_table[] = {
${rows}    {NULL, NULL, 0, NULL},
};

const size_t asset_table_count = ${count};
")
