set -e
# debian:stable-slim for a machine without an image registry: a minimal Debian of this machine's own release with the packages that
# the sshbox installs lying ready in apt's cache, so that its Dockerfile needs no network.
# $1: an empty folder; makes root/ in it, to be piped into `docker import`. Further arguments: packages.
work=$1; shift
root=$work/root
. /etc/os-release
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | awk -v code="$VERSION_CODENAME" '$2 == code { print $1; exit }')
debootstrap --variant=minbase "$VERSION_CODENAME" "$root" "$mirror" >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; exit 1; }
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
# Docker's Debian empties apt's cache after each installation; here it is what apt installs from.
rm -f "$root/etc/apt/apt.conf.d/docker-clean"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
chroot "$root" apt-get -q update >>"$work/log" 2>&1
chroot "$root" apt-get -q install -y --no-install-recommends --download-only "$@" >>"$work/log" 2>&1
: >"$root/etc/resolv.conf"
