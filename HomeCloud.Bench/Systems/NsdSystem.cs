using System.Net;

namespace HomeCloud.Bench.Systems;

internal sealed class NsdSystem : ISystem
{
    public string Name => "nsd";

    public string Program => "nsd";

    public string VersionArgument => "-v";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        if (role != Role.Local)
            return null;

        var file = Path.Combine(directory, "nsd.conf");
        File.WriteAllText(file, $"""
            server:
              server-count: 1
              ip-address: {listen.Address}@{listen.Port}
              username: ""
              zonesdir: "{names}"
              pidfile: "{directory}/nsd.pid"
              xfrdfile: "{directory}/xfrd.state"
              zonelistfile: "{directory}/zone.list"
              database: ""
              rrl-ratelimit: 0
              tcp-count: 200
              verbosity: 0
            remote-control:
              control-enable: no
            zone:
              name: "home."
              zonefile: "{ZoneFiles.MasterFile}"
            """ + "\n");
        return new SystemCommand(Program, "-d", "-c", file);
    }
}
