namespace HomeCloud.Lab.Engine;

/// <summary>
/// Runs a program with an <see cref="EngineTree"/> as its root, on a machine of the lab. The tree is pivoted to, not
/// chrooted into: dockerd remounts its root when it imports an image, so its root must be a mount point.
/// </summary>
internal static class EngineScript
{
    public const string Name = "engine";

    /// <summary>
    /// Arguments: the tree, a folder on the machine's disk for what the engine writes into it, the control group that
    /// holds all of the engine's, then the command. Runs in a private mount namespace.
    /// Podman has no option for the parent of its control groups, so that group is the root of a control group namespace for it.
    /// </summary>
    public const string Text = """
        set -e
        # In version 2 of control groups, a group with processes in it has no groups with limits below it.
        leaf='
        for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified; do
            [ -e "$hierarchy/cgroup.subtree_control" ] || continue
            mkdir -p "$hierarchy/engine"
            echo 0 >"$hierarchy/engine/cgroup.procs"
            for controller in $(cat "$hierarchy/cgroup.controllers"); do echo "+$controller" >"$hierarchy/cgroup.subtree_control" || true; done
        done
        exec "$@"'
        tree=$1 disk=$2 group=$3
        shift 3
        mkdir -p "$disk/upper" "$disk/work" "$disk/root"
        root=$disk/root
        mount -t overlay -o "lowerdir=$tree,upperdir=$disk/upper,workdir=$disk/work" engine "$root"
        for part in proc dev sys run tmp var/lib; do
            mkdir -p "$root/$part"
            mount --rbind "/$part" "$root/$part"
        done
        cp /etc/hostname /etc/hosts /etc/resolv.conf "$root/etc/"

        if [ -n "$group" ]; then
            findmnt --noheadings --raw --output TARGET --types cgroup,cgroup2 | grep '^/sys/fs/cgroup' | sort -u >"$disk/hierarchies"
            while read -r hierarchy; do
                mkdir -p "$hierarchy$group"
                for part in cpuset.cpus cpuset.mems; do
                    [ ! -e "$hierarchy$group/$part" ] || cat "$hierarchy/$part" >"$hierarchy$group/$part" || true
                done
                if [ -e "$hierarchy/cgroup.subtree_control" ]; then
                    for controller in $(cat "$hierarchy/cgroup.controllers"); do echo "+$controller" >"$hierarchy/cgroup.subtree_control" || true; done
                fi
                echo $$ >"$hierarchy$group/cgroup.procs"
                mount --bind "$hierarchy$group" "$root$hierarchy"
            done <"$disk/hierarchies"
            set -- unshare --cgroup sh -c "$leaf" sh "$@"
        fi

        cd "$root"
        mkdir -p .machine
        pivot_root . .machine
        umount -l /.machine
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/tmp
        exec "$@"
        """;
}
