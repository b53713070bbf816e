#!/usr/bin/env bash
# Docker 20.10.24 (Debian 12): when dockerd is killed, containers with --restart unless-stopped stay down after its next start.
#
# "unless-stopped: Similar to always, except that when the container is stopped (manually or otherwise), it isn't restarted even
# after Docker daemon restarts." Nobody stopped these: they outlive dockerd, which stops them itself when it starts again without
# --live-restore, and then takes that for a person's wish. With --restart always they come back. After a power cut, where nothing
# outlives dockerd, both come back. So a test that kills dockerd starts such containers itself.
#
# Seen on 2026-11-30:  unless-stopped: exited    always: running
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs root and docker.io.
set -euo pipefail
gone() { echo "$*"; exit 77; }
[ "$(id -u)" = 0 ] && command -v dockerd docker unshare >/dev/null || gone "needs root and docker.io"
busybox=$(command -v busybox) || gone "needs busybox-static"
version=$(dockerd --version | sed 's/^Docker version \([0-9.]*\).*/\1/')
[ "$version" = 20.10.24 ] || gone "Docker is $version, not 20.10.24"
folder=$(mktemp -d)
finish() { umount -l "$folder/data" 2>/dev/null || true; rm -rf "$folder"; }
trap finish EXIT

# In network, mount and process namespaces of its own; everything ends with them.
cat >"$folder/try.sh" <<'END'
set -e
cd "$1"
mkdir data
mount -t tmpfs none data
mount -t tmpfs none /run
export DOCKER_HOST=unix://$1/socket
start() {
    rm -f "$1/pid" socket
    dockerd --data-root "$1/data" --exec-root /run/docker --pidfile "$1/pid" --host "$DOCKER_HOST" --bridge=none --iptables=false --ip6tables=false \
        --exec-opt native.cgroupdriver=cgroupfs --log-level error >>"$1/log" 2>&1 &
    dockerd=$!
    for _ in $(seq 100); do docker version >/dev/null 2>&1 && return; sleep 0.2; done
    cat "$1/log" >&2
    exit 77
}
start "$1"
mkdir -p box/bin
cp "$2" box/bin/busybox
tar -C box -c . | docker import - box >/dev/null
for policy in unless-stopped always; do
    docker run -d --name $policy --restart $policy --network none box /bin/busybox sleep 1000 >/dev/null
done
kill -9 $dockerd
wait $dockerd 2>/dev/null || true
start "$1"
sleep 3
docker inspect --format '{{.Name}}: {{.State.Status}}' unless-stopped always | tr -d /
END
seen=$(unshare --mount --net --pid --fork --kill-child --mount-proc sh "$folder/try.sh" "$folder" "$busybox")
echo "$seen"
[ "$(echo "$seen" | tr '\n' ' ')" = "unless-stopped: exited always: running " ] || { echo "it has changed"; exit 1; }
