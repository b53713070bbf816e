using System.Net;

namespace HomeCloud.Bench.Systems;

/// <summary>The bare batched echo: what the kernel alone costs.</summary>
internal sealed class EchoSystem : ISystem
{
    public const string SystemName = "echo";

    public string Name => SystemName;

    public string Program => Environment.ProcessPath!;

    public string VersionArgument => "--version";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream) =>
        role == Role.Local ? new SystemCommand(Program, "echo", listen.ToString()) : null;
}
