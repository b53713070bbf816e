namespace HomeCloud.Lab.Engine;

/// <summary>
/// Runs a program with an <see cref="EngineTree"/> as its root, on a machine of the lab. The tree is pivoted to, not
/// chrooted into: dockerd remounts its root when it imports an image, so its root must be a mount point. What the engine
/// mounts below /run and on the disk is shared with the machine: an engine that starts again finds its containers' namespaces.
/// </summary>
internal static class EngineScript
{
    public const string Name = "engine";

    /// <summary>
    /// Arguments: the tree, a folder on the machine's disk for what the engine writes into it, the control group that
    /// holds all of the engine's, then the command. Without a control group, the engine has an option for it.
    /// Podman has none, so that group is the root of a control group namespace, kept for the next start: in version 2 a
    /// group that limits those below it takes no process, so only the first start can enter it.
    /// </summary>
    public const string Text = """
        set -e
        tree=$1 disk=$2 group=$3
        groups=$disk/groups
        [ -n "$ENGINE_STAGE" ] || ENGINE_HIERARCHIES=$(findmnt --noheadings --raw --output TARGET --types cgroup,cgroup2 | grep '^/sys/fs/cgroup' | sort -u)

        enter_first() {
            for hierarchy in $ENGINE_HIERARCHIES; do
                own=$hierarchy$group
                mkdir -p "$own"
                find "$own" -mindepth 1 -depth -type d -exec rmdir {} + || true
                for part in cpuset.cpus cpuset.mems; do
                    [ ! -e "$own/$part" ] || cat "$hierarchy/$part" >"$own/$part" || true
                done
                for controller in $(cat "$own/cgroup.subtree_control" 2>/dev/null); do echo "-$controller" >"$own/cgroup.subtree_control"; done
                echo $$ >"$own/cgroup.procs"
            done
            touch "$groups"
            unshare --cgroup="$groups" true
        }

        enter() {
            findmnt --mountpoint "$groups" >/dev/null || enter_first
            for hierarchy in $ENGINE_HIERARCHIES; do
                own=$hierarchy$group
                if [ ! -e "$own/cgroup.subtree_control" ]; then
                    echo $$ >"$own/cgroup.procs"
                    continue
                fi
                mkdir -p "$own/engine"
                echo $$ >"$own/engine/cgroup.procs"
                for limited in "$hierarchy" "$own"; do
                    for controller in $(cat "$limited/cgroup.controllers"); do echo "+$controller" >"$limited/cgroup.subtree_control" || true; done
                done
            done
        }

        if [ "$ENGINE_STAGE" != tree ]; then
            mkdir -p "$disk/upper" "$disk/work"
            [ -z "$group" ] || enter
            mount --make-shared /run
            mount --make-shared "$(findmnt --noheadings --first-only --output TARGET --target "$disk")"
            export ENGINE_STAGE=tree ENGINE_HIERARCHIES
            exec ${group:+nsenter --cgroup="$groups"} unshare --mount --propagation unchanged sh "$0" "$@"
        fi

        shift 3
        root=/mnt
        mount -t overlay -o "lowerdir=$tree,upperdir=$disk/upper,workdir=$disk/work" engine "$root"
        for part in proc dev sys run tmp var/lib; do
            mkdir -p "$root/$part"
            mount --rbind "/$part" "$root/$part"
        done
        [ -z "$group" ] || for hierarchy in $ENGINE_HIERARCHIES; do mount --bind "$hierarchy$group" "$root$hierarchy"; done
        cp /etc/hostname /etc/hosts /etc/resolv.conf "$root/etc/"
        cd "$root"
        mkdir -p .machine
        pivot_root . .machine
        # Else the machine would lose its own mounts with these.
        mount --make-rslave /.machine
        umount -l /.machine
        unset ENGINE_STAGE ENGINE_HIERARCHIES
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/tmp
        exec "$@"
        """;
}
