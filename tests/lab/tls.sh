# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The lab's own certificate authority, and the certificate of the site by it. All that runs where the console lives
# trusts it beside those that the machine trusts.

LAB_CERTIFICATES=/etc/haproxy/certificates
LAB_SITE=www.example.com

# tls_make: DIR/tls/ca.pem; site.pem, certificate and key in one, as HAProxy takes them; trusted.pem.
tls_make() {
    local tls=$LAB_DIR/tls
    (umask 077 && mkdir "$tls")
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=lab $LAB_NAME" \
            -keyout "$tls/ca.key" -out "$tls/ca.pem" &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$LAB_SITE" \
                -keyout "$tls/site.key" -out "$tls/site.request" &&
            openssl x509 -req -in "$tls/site.request" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 30 \
                -extfile <(echo "subjectAltName=DNS:$LAB_SITE") -out "$tls/site.crt"
    } 2>"$LAB_DIR/log/tls.log" || die "no certificate could be made: $(tail -n 1 "$LAB_DIR/log/tls.log")"
    cat "$tls/site.crt" "$tls/site.key" >"$tls/site.pem"
    cat /etc/ssl/certs/ca-certificates.crt "$tls/ca.pem" >"$tls/trusted.pem"
}

# tls_seed DIRECTORY: what a load balancer finds on its disk.
tls_seed() {
    mkdir -p "$1$LAB_CERTIFICATES"
    cp "$LAB_DIR/tls/site.pem" "$1$LAB_CERTIFICATES/$LAB_SITE.pem"
}
