#!/usr/bin/env bash
# Docker 28.5.2 (Debian unstable): a network with IPv4 and IPv6 keeps the default route, whatever the gw-priority of another.
#
# `docker network connect --help`: "--gw-priority int   Highest gw-priority provides the default gateway". Between two networks of
# IPv4 alone that is so. When one of the two has IPv6 too, the container's IPv4 default route stays with it, although the other
# has a higher priority.
#
# Seen on 2026-11-30:  both IPv4: "default via 198.51.100.1"    one with IPv6 too: "default via 203.0.113.1"
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs root, debootstrap and a Debian archive in apt.
set -euo pipefail
gone() { echo "$*"; exit 77; }
[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || gone "needs root and debootstrap"
archive=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -1)
[ -n "$archive" ] || gone "apt has no Debian archive here"
folder=$(mktemp -d)
finish() { umount -l "$folder/data" 2>/dev/null || true; rm -rf "$folder"; }
trap finish EXIT
debootstrap --variant=minbase --include=docker.io,docker-cli,containerd,runc,iproute2,iptables,busybox-static,ca-certificates sid "$folder/root" "$archive" >"$folder/log" 2>&1 ||
    gone "Debian unstable cannot be unpacked: $(tail -1 "$folder/log")"
version=$(chroot "$folder/root" dockerd --version | sed 's/^Docker version \([0-9.]*\).*/\1/')
[ "$version" = 28.5.2 ] || gone "Docker is $version, not 28.5.2"

# In network, mount and process namespaces of its own; everything ends with them.
cat >"$folder/root/try.sh" <<'END'
set -e
ip link set lo up
ip link add wire type veth peer name wire2
ip link add wing type veth peer name wing2
for card in wire wire2 wing wing2; do ip link set $card up; done
dockerd --data-root /data --bridge=none --iptables=false --ip6tables=false --exec-opt native.cgroupdriver=cgroupfs --log-level error >/dockerd.log 2>&1 &
for _ in $(seq 100); do docker version >/dev/null 2>&1 && break; sleep 0.2; done
mkdir -p /box/bin && cp /usr/bin/busybox /box/bin/ && tar -C /box -c . | docker import - box >/dev/null
docker network create -d macvlan -o parent=wire --subnet 192.0.2.0/24 four >/dev/null
docker network create -d macvlan -o parent=wire2 --subnet 198.51.100.0/24 preferred >/dev/null
docker network create -d macvlan -o parent=wing --subnet 203.0.113.0/24 --ipv6 --subnet 2001:db8::/64 both >/dev/null
for other in four both; do
    docker create --name $other --network $other box /bin/busybox sleep 1000 >/dev/null
    docker network connect --gw-priority 5 preferred $other
    docker start $other >/dev/null
    echo "$other: $(docker exec $other /bin/busybox ip -4 route show default | head -1)"
done
docker rm -f four both >/dev/null
END
mkdir "$folder/data" "$folder/root/data" && mount -t tmpfs data "$folder/data"
said=$(unshare --net --mount --pid --fork --kill-child sh -c '
    mount --bind "$0/root" "$0/root"; cd "$0/root"
    mount -t proc proc proc; mount --rbind /dev dev; mount --rbind /sys sys; mount -t tmpfs run run; mount --bind "$0/data" data
    mkdir -p tmp/old; pivot_root . tmp/old; umount -l tmp/old; cd /
    PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/tmp sh /try.sh 2>&1' "$folder" | grep -v WARNING) || true
echo "$said"
case $said in
    *"four: default via 198.51.100.1"*"both: default via 203.0.113.1"*) echo "as it was: Docker $version does not let gw-priority decide over a network with IPv6" ;;
    *"four: default via 198.51.100.1"*"both: default via 198.51.100.1"*) echo "changed: gw-priority decides"; exit 1 ;;
    *) gone "Docker could not be tried here" ;;
esac
