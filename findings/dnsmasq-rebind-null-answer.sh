#!/usr/bin/env bash
# dnsmasq 2.90 (Debian 12): rebind protection takes a blocker's answer 0.0.0.0 or :: for an attack.
#
# Blocking resolvers answer 0.0.0.0 and :: for what is on a list. A dnsmasq between them and the clients (OpenWrt's default has
# stop-dns-rebind) treats both as private addresses: for each question it logs "possible DNS-rebind attack detected", and the client
# gets NOERROR without any record, and with the Extended DNS Error 15 (Blocked), which is dnsmasq's own here. There is no SOA, so
# nobody may cache it (RFC 2308 section 5), and every further question goes all the way again. An NXDOMAIN of the resolver passes
# unchanged and is not logged.
#
# Seen on 2026-11-30:  A: NOERROR, 0 answers, EDE 15, logged; AAAA: the same; NXDOMAIN: passes, not logged
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs a Debian 12 archive in apt, and dig.
set -euo pipefail
gone() { echo "$*"; exit 77; }
command -v dig >/dev/null || gone "there is no dig"
folder=$(mktemp -d)
servers=()
finish() { for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done; rm -rf "$folder"; }
trap finish EXIT
cd "$folder"
version=$(apt-cache madison dnsmasq-base | sed -n 's/^ *dnsmasq-base | \(2\.90[^ ]*\) .*/\1/p' | head -1)
[ -n "$version" ] || gone "apt has no dnsmasq-base 2.90"
packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances dnsmasq-base |
  grep -E '^(libnetfilter-conntrack3|libnfnetlink0|libmnl0|libdbus-1-3|libnftables1|libnftnl11|libidn2-0|libunistring2|libhogweed6|libnettle8|libjansson4|libxtables12|libedit2|libbsd0)$')
# shellcheck disable=SC2086
apt-get download "dnsmasq-base=$version" $packages >/dev/null 2>&1 || gone "the packages cannot be downloaded"
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu:$folder/root/lib/x86_64-linux-gnu

dnsmasq() { # PORT OPTION...
  local port=$1
  shift
  root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv --user=root --pid-file= --log-facility=- \
    --listen-address=127.0.0.1 --bind-interfaces --port="$port" "$@" >>log 2>&1 &
  servers+=($!)
}
ask() { dig @127.0.0.1 -p 15392 +time=2 +tries=1 "$@"; }
dnsmasq 15391 --address=/ads.example/0.0.0.0 --address=/ads.example/:: --address=/gone.example/
dnsmasq 15392 --stop-dns-rebind --server=127.0.0.1#15391
for _ in $(seq 50); do ask gone.example >/dev/null 2>&1 && break; sleep 0.1; done

same=yes
for type in A AAAA; do
  answer=$(ask ads.example $type)
  status=$(sed -n 's/.*status: \([A-Z]*\).*/\1/p' <<<"$answer")
  answers=$(sed -n 's/.*ANSWER: \([0-9]*\).*/\1/p' <<<"$answer")
  authority=$(sed -n 's/.*AUTHORITY: \([0-9]*\).*/\1/p' <<<"$answer")
  error=$(sed -n 's/^; EDE: \([0-9]*\).*/\1/p' <<<"$answer")
  logged=$(grep -c 'possible DNS-rebind attack detected: ads.example' log || true)
  echo "$type: $status, $answers answers, $authority records of authority, EDE ${error:-none}, logged $logged times so far"
  [ "$status $answers $authority" = "NOERROR 0 0" ] && [ "$logged" -gt 0 ] || same=no
done
status=$(ask gone.example | sed -n 's/.*status: \([A-Z]*\).*/\1/p')
logged=$(grep -c 'attack detected: gone.example' log || true)
echo "a name that does not exist: $status, logged $logged times"
[ "$status $logged" = "NXDOMAIN 0" ] || same=no
[ $same = yes ]
