using System.Net;

namespace HomeCloud.Bench.Systems;

/// <summary>Our server with a set of features that the executable has no switch for.</summary>
internal sealed class InProcessSystem(string kind) : ISystem
{
    public string Name => $"{HomeCloudSystem.SystemName}-{kind}";

    public string Program => Environment.ProcessPath!;

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream) => role == Role.Local
        ? new SystemCommand(Program, "serve", kind, listen.ToString(), Path.Combine(names!, ZoneFiles.HostsFile))
        : null;
}
