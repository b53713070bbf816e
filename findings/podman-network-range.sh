#!/usr/bin/env bash
# Podman 5.4.2 (Debian 13): a network's address range is kept and used, but its Docker-compatible API does not show it.
#
# `podman network create --ip-range` stores the range, and `podman network inspect` shows it as lease_ranges. The same
# network in the answer of GET /networks/NAME has IPAM.Config with Subnet and Gateway only, where Docker also has IPRange.
# A client that chooses addresses by the API therefore sees the whole subnet as free, the host's own address included.
#
# Seen on 2026-11-29:  native: "start_ip": "192.0.2.129"    compatible API: {"Subnet":"192.0.2.0/24","Gateway":"192.0.2.1"}
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs root, debootstrap and a Debian archive in apt.
set -euo pipefail
gone() { echo "$*"; exit 77; }
[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || gone "needs root and debootstrap"
archive=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -1)
[ -n "$archive" ] || gone "apt has no Debian archive here"
folder=$(mktemp -d)
service=
finish() { [ -z "$service" ] || { kill "$service" && wait "$service"; } 2>/dev/null || true; rm -rf "$folder"; }
trap finish EXIT
debootstrap --variant=minbase --include=podman,netavark,curl trixie "$folder/root" "$archive" >"$folder/log" 2>&1 || gone "Debian 13 cannot be unpacked: $(tail -1 "$folder/log")"
inside=(unshare --mount sh -c 'for part in proc sys dev; do mount --rbind "/$part" "$0/$part"; done; exec chroot "$0" "$@"' "$folder/root")
podman=("${inside[@]}" env PODMAN_IGNORE_CGROUPSV1_WARNING=1 podman --root /storage --runroot /run/storage --storage-driver vfs)
version=$("${podman[@]}" --version | sed 's/.* //')
[ "$version" = 5.4.2 ] || gone "Podman is $version, not 5.4.2"

"${podman[@]}" network create --driver macvlan --subnet 192.0.2.0/24 --gateway 192.0.2.1 --ip-range 192.0.2.128/26 lan >/dev/null
"${podman[@]}" system service --time 60 unix:///run/podman.sock >"$folder/service.log" 2>&1 &
service=$!
for _ in $(seq 100); do [ -S "$folder/root/run/podman.sock" ] && break; sleep 0.1; done
native=$("${podman[@]}" network inspect lan | grep -o '"start_ip": "[^"]*"' || true)
compatible=$("${inside[@]}" curl --silent --unix-socket /run/podman.sock http://podman/v1.41/networks/lan | grep -o '"Config":\[[^]]*\]')
echo "Podman $version"
echo "native: $native"
echo "compatible API: $compatible"
[ -n "$native" ] && ! grep -q IPRange <<<"$compatible"
