#!/bin/sh
# Plays OpenWrt's uci and service on a machine with dnsmasq: what OpenWrt's init script makes of /etc/config/dhcp.
# Installed under both names, beside a folder `openwrt` that holds the router's base configuration and its pid file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)/openwrt
case "$(basename "$0") $*" in
"uci add_list "*=* | "uci set "*=*) echo "$2" >>"$here/pending" ;;
"uci commit dhcp") cat "$here/pending" >>"$here/committed"; : >"$here/pending" ;;
"service dnsmasq restart")
    sed -n -e "s/^dhcp\.lan\.dhcp_option=/dhcp-option=/p" \
        -e "s/^dhcp\.@dnsmasq\[0\]\.server=/server=/p" \
        -e "s/^dhcp\.@dnsmasq\[0\]\.rebind_domain=/rebind-domain-ok=/p" "$here/committed" >"$here/added"
    cat "$here/base" "$here/added" >"$here/dnsmasq.conf"
    dnsmasq --test --conf-file="$here/dnsmasq.conf"
    pkill -x dnsmasq || true
    while pgrep -x dnsmasq >/dev/null; do :; done
    dnsmasq --conf-file="$here/dnsmasq.conf" ;;
# odhcpd announces by IPv6; here dnsmasq would, and its base configuration announces nothing.
"service odhcpd restart") grep -q "^dhcp.lan.dns_service=0$" "$here/committed" && grep -q "^dhcp.lan.ra_dns=0$" "$here/committed" ;;
*) echo "$(basename "$0") $*: not OpenWrt" >&2; exit 1 ;;
esac
