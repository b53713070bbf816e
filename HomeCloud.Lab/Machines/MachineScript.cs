namespace HomeCloud.Lab.Machines;

/// <summary>First process of a machine: gives it a /sys, /run, /etc and /var/lib of its own on top of the host's files.</summary>
internal static class MachineScript
{
    public const string Name = "machine";

    /// <summary>
    /// Arguments: marker, machine, its state directory, its disk, nameserver (may be empty).
    /// /sys is mounted again because it shows the network devices of the namespace that mounted it; the control groups are
    /// carried over, since Docker needs them. /etc and /var/lib are copy-on-write: the machine may change
    /// anything there (resolv.conf, /etc/docker, data directories) and the host never sees it.
    /// </summary>
    public const string Text = """
        set -e
        machine=$2 state=$3 disk=$4 nameserver=$5
        hostname "$machine"
        mkdir -p "$state/run" "$disk/sys" "$disk/run"

        mount --rbind /sys "$disk/sys"
        mount -t sysfs sysfs /sys
        for part in fs/cgroup kernel/security; do
            if mountpoint -q "$disk/sys/$part"; then mount --rbind "$disk/sys/$part" "/sys/$part"; fi
        done
        umount -l "$disk/sys"

        lab=$(dirname "$state")
        mount -t tmpfs -o mode=755 run "$disk/run"
        mkdir -p "$disk/run/${lab#/run/}" "$disk/run/lock"
        mount --rbind "$lab" "$disk/run/${lab#/run/}"
        mount -n --move "$disk/run" /run
        ln -s "$state/run" /run/homecloud
        ln -s "$state/run/docker.sock" /run/docker.sock
        [ "$(readlink -f /var/run)" = /run ] || mount --rbind /run /var/run

        for part in etc var/lib; do
            mkdir -p "$disk/upper/$part" "$disk/work/$part"
            mount -t overlay -o "lowerdir=/$part,upperdir=$disk/upper/$part,workdir=$disk/work/$part" overlay "/$part"
        done
        # A machine that was switched off finds its files again.
        if [ ! -e "$disk/booted" ]; then
            rm -rf /etc/docker /etc/resolv.conf /etc/dnsmasq.d /etc/homecloud /var/lib/homecloud
            touch "$disk/booted"
        fi
        echo "$machine" >/etc/hostname
        printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 %s\n' "$machine" >/etc/hosts
        [ -z "$nameserver" ] || printf 'nameserver %s\nsearch home\noptions edns0\n' "$nameserver" >/etc/resolv.conf

        ip link set lo up
        touch "$state/ready"
        set +e
        sleep infinity &
        wait
        """;
}
