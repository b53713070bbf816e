set -e
# Base images from Debian packages, for a machine without an image registry.
# $1: an empty folder, $2: the source tree, $3: where this machine has .NET, then the images wanted.
# Makes a root file system of each image's name in the folder, to be piped into `docker import`:
#   redis    as redis:7-alpine: redis-server, redis-cli, a shell
#   runtime  as Microsoft's runtime-deps: what a self-contained program needs
#   aspnet   as Microsoft's aspnet: the same with the shared .NET runtime, for programs published without it; and with keepalived,
#            which the Dockerfile would install where a container reaches Debian's packages
#   sdk      as Microsoft's sdk: the same with the SDK, and with the packages that publishing restores
work=$1 source=$2 dotnet=$3
shift 3
mkdir -p "$work/debs"; chmod 755 "$work"
closure() {
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
        grep -E '^[a-z0-9]' | grep -vE '^(debconf|cdebconf|perl|dpkg|init-system-helpers|lsb-base|adduser|passwd|sysvinit|systemd|openssl|python)' | cut -d: -f1 | sort -u
}
tree() { # name packages...
    root=$work/$1; shift
    mkdir -p "$root"
    packages=$(closure "$@")
    (cd "$work/debs" && apt-get -q -o APT::Sandbox::User=root download $packages >/dev/null)
    for package in $packages; do dpkg-deb -x "$work"/debs/"$package"_*.deb "$root"; done
    rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/lib/*/gconv
    for part in bin sbin lib lib64; do
        mkdir -p "$root/usr/$part"
        if [ -d "$root/$part" ] && [ ! -L "$root/$part" ]; then cp -a "$root/$part/." "$root/usr/$part/"; rm -rf "${root:?}/$part"; fi
        ln -sfn "usr/$part" "$root/$part"
    done
    mkdir -p "$root"/dev "$root"/proc "$root"/sys "$root"/etc "$root"/root "$root"/run "$root"/var "$root"/tmp; chmod 1777 "$root"/tmp
    ln -sfn dash "$root/usr/bin/sh"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' > "$root/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' > "$root/etc/group"
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
}
runtime="dash coreutils libstdc++6 libgcc-s1 libssl3 zlib1g ca-certificates"
for image in "$@"; do
    case $image in
    redis)
        tree redis dash coreutils grep redis-server redis-tools
        mkdir -p "$work/redis/data"; chown 999:1000 "$work/redis/data" ;;
    runtime)
        tree runtime $runtime ;;
    aspnet)
        tree aspnet $runtime bash util-linux iproute2 keepalived
        mkdir -p "$work/aspnet/usr/share/dotnet" "$work/aspnet/etc/dotnet"
        cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$work/aspnet/usr/share/dotnet"
        echo /usr/share/dotnet >"$work/aspnet/etc/dotnet/install_location" ;;
    sdk)
        tree sdk $runtime sed grep findutils
        cp -a "$dotnet" "$work/sdk/usr/share/dotnet"; ln -s ../share/dotnet/dotnet "$work/sdk/usr/bin/dotnet"
        for project in Dns Agent Cli; do
            trim=; [ $project = Dns ] && trim=-p:PublishTrimmed=true
            NUGET_PACKAGES="$work/packages" dotnet restore "$source/HomeCloud.$project" -r linux-x64 -p:SelfContained=true -p:PublishReadyToRun=true $trim -p:ArtifactsPath="$work/artifacts" -v q
        done
        mkdir -p "$work/sdk/root/.nuget/NuGet"
        mv "$work/packages" "$work/sdk/root/.nuget/packages"
        printf '<configuration><packageSources><clear /><add key="local" value="/root/.nuget/packages" /></packageSources></configuration>' > "$work/sdk/root/.nuget/NuGet/NuGet.Config" ;;
    esac
done
