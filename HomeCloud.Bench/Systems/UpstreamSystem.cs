using System.Net;

namespace HomeCloud.Bench.Systems;

/// <summary>The scripted upstream, started like the servers under test.</summary>
internal sealed class UpstreamSystem : ISystem
{
    public string Name => "upstream";

    public string Program => Environment.ProcessPath!;

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream) =>
        new(Program, "upstream", listen.ToString());
}
