#!/usr/bin/env bash
# Podman 5.4.2 (Debian 13): its Docker-compatible API takes NanoCpus when it creates a container, and ignores it when it updates one.
#
# POST /containers/create with HostConfig.NanoCpus sets the quota. POST /containers/ID/update with the same field answers 200, as Docker
# does, and leaves the limit as it was; CpuPeriod and CpuQuota in its place are taken. Docker refuses these two for a container that was
# created with NanoCpus, so a client has to know whom it asks.
#
# Seen on 2026-11-30:  created with 1500000000    after NanoCpus 500000000: 200, 1500000000    after CpuQuota 50000: 500000000
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
debootstrap --variant=minbase --include=podman,runc,netavark,curl,busybox-static trixie "$folder/root" "$archive" >"$folder/log" 2>&1 || gone "Debian 13 cannot be unpacked: $(tail -1 "$folder/log")"
inside=(unshare --mount sh -c 'mount --bind "$0" "$0"; for part in proc sys dev; do mount --rbind "/$part" "$0/$part"; done; exec chroot "$0" "$@"' "$folder/root")
podman=("${inside[@]}" env PODMAN_IGNORE_CGROUPSV1_WARNING=1 podman --root /storage --runroot /run/storage --storage-driver vfs --runtime runc --cgroup-manager cgroupfs)
version=$("${podman[@]}" --version | sed 's/.* //')
[ "$version" = 5.4.2 ] || gone "Podman is $version, not 5.4.2"

mkdir -p "$folder/image/bin"
cp "$folder/root/bin/busybox" "$folder/image/bin/sh"
tar -C "$folder/image" -c . | "${podman[@]}" import --quiet - box >/dev/null
"${podman[@]}" system service --time 60 unix:///run/podman.sock >"$folder/service.log" 2>&1 &
service=$!
for _ in $(seq 100); do [ -S "$folder/root/run/podman.sock" ] && break; sleep 0.1; done
ask() { "${inside[@]}" curl --silent --unix-socket /run/podman.sock -H 'Content-Type: application/json' "$@"; }
limit() { ask "http://podman/v1.41/containers/box/json" | grep -o '"NanoCpus":[0-9]*'; }
update() { ask --output /dev/null --write-out '%{http_code}' -X POST -d "$1" "http://podman/v1.41/containers/box/update"; }

ask -X POST -d '{"Image":"box","Cmd":["sh","-c","sleep 60"],"HostConfig":{"NanoCpus":1500000000,"NetworkMode":"none"}}' "http://podman/v1.41/containers/create?name=box" >/dev/null
refused=$(ask -X POST "http://podman/v1.41/containers/box/start")
[ -z "$refused" ] || gone "Podman starts no container here: $refused"
created=$(limit)
ignored="$(update '{"NanoCpus":500000000}') $(limit)"
taken="$(update '{"CpuPeriod":100000,"CpuQuota":50000}') $(limit)"
"${podman[@]}" rm --force --time 0 box >/dev/null
echo "Podman $version"
echo "created: $created"
echo "updated by NanoCpus: $ignored"
echo "updated by CpuQuota: $taken"
[ "$created" = '"NanoCpus":1500000000' ] && [ "$ignored" = '200 "NanoCpus":1500000000' ] && [ "${taken#* }" = '"NanoCpus":500000000' ]
