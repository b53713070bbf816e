using System.Net;

namespace HomeCloud.Bench.Systems;

internal sealed class KnotSystem : ISystem
{
    public string Name => "knot";

    public string Program => "knotd";

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        if (role != Role.Local)
            return null;

        var file = Path.Combine(directory, "knot.conf");
        File.WriteAllText(file, $"""
            server:
              listen: {listen.Address}@{listen.Port}
              rundir: {directory}
              udp-workers: 1
              tcp-workers: 1
              background-workers: 1
            database:
              storage: {directory}
            log:
              - target: stderr
                any: error
            zone:
              - domain: home
                file: {names}/{ZoneFiles.MasterFile}
                zonefile-load: whole
                zonefile-sync: -1
                journal-content: none
            """ + "\n");

        // It gives every worker a processor of its own choosing.
        return new SystemCommand(Program, "-c", file) { Repin = true };
    }
}
