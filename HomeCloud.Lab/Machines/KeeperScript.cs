namespace HomeCloud.Lab.Machines;

/// <summary>
/// The one process of a lab that lives outside its namespaces. It makes them, holds them for as long as its
/// standard input stays open (that is: as long as the process that wanted the lab lives, however that ends), and
/// removes what is left on disk. Should the keeper itself be killed, the kernel kills the lab (PDEATHSIG), and the
/// next <c>lab down</c> removes the files.
/// </summary>
internal static class KeeperScript
{
    /// <summary>Arguments: marker of the keeper, marker of the lab's first process, state directory, lab id, path of <see cref="Init"/>.</summary>
    public const string Text = """
        exec >/dev/null 2>&1
        lab=$2 state=$3 id=$4 init=$5
        setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc --propagation private \
            sh "$init" "$lab" "$state" </dev/null &
        namespaces=$!
        if read -r word && [ "$word" = detach ]; then
            wait $namespaces
        else
            kill -KILL $namespaces
        fi
        """ + "\n" + Cleanup;

    /// <summary>First process of the lab's process namespace; mounts made here are seen by the lab alone. Arguments: marker, state directory.</summary>
    public const string Init = """
        state=$2
        mkdir -p "$state/disk"
        mount -t tmpfs -o mode=755 homecloud-lab "$state/disk" || exit 1
        touch "$state/ready"
        sleep infinity &
        wait
        """;

    /// <summary>
    /// Removes directories and control groups of a lab whose processes are ended or ending; variables: state, id.
    /// A control group can be removed once its last process is gone, hence the retries. What is frozen there, a paused container,
    /// is killed only when it thaws.
    /// </summary>
    public const string Cleanup = """
        for attempt in $(seq 1 200); do
            find /sys/fs/cgroup -path "*/homecloud-lab-$id*" -name freezer.state -exec sh -c 'echo THAWED >"$0"' {} \; 2>/dev/null
            find /sys/fs/cgroup -path "*/homecloud-lab-$id*" -name cgroup.freeze -exec sh -c 'echo 0 >"$0"' {} \; 2>/dev/null
            find /sys/fs/cgroup -depth -type d -path "*/homecloud-lab-$id*" -exec rmdir {} + 2>/dev/null
            rm -rf "$state" 2>/dev/null
            left=$(find /sys/fs/cgroup -type d -name "homecloud-lab-$id" 2>/dev/null)
            [ -e "$state" ] || [ -n "$left" ] || break
            sleep 0.05
        done
        rmdir /run/homecloud-lab 2>/dev/null
        exit 0
        """;

    public static string ControlGroup(string lab) => $"/homecloud-lab-{lab}";
}
