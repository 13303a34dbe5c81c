lab_prepare() { :; }
prepared() { :; }
haproxy_render() { cat <<'END'
global
    stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners
    maxconn 4000
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 2s
frontend www
    bind :80
    http-request return status 200
END
}
