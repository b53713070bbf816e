using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Services;

/// <summary>One DNS address on two servers, as docs/several-machines.md has it: keepalived with the file that is shipped, its marked lines filled in.</summary>
internal static class SharedDnsAddress
{
    public static readonly (string Program, string Package) Package = ("keepalived", "keepalived");

    private const string Health = "127.0.0.1:9153";

    public static Daemon? Keepalived(LabOptions options, Machine server, int index) =>
        options.SharedAddress && index < HomeCloudServices.NameServers(options)
            ? new(server, "keepalived", ["keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "--use-file", File(server)])
            : null;

    public static string[] AgentOptions(LabOptions options) =>
        options.SharedAddress ? ["--shared-address", Lan.Shared4, "--shared-address", Lan.Shared6] : [];

    public static string[] DnsOptions(LabOptions options) =>
        options.SharedAddress ? [.. AgentOptions(options), "--metrics", Health] : [];

    public static async Task ConfigureAsync(Machine server, int index, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(SharedDnsAddress).Assembly.GetManifestResourceStream("keepalived.conf")!);
        var shipped = await reader.ReadToEndAsync(cancellationToken);
        var filled = shipped
            .Replace("/opt/homecloud/homecloud-dns", Executables.Dns, StringComparison.Ordinal)
            .Replace("priority 200", index == 0 ? "priority 200" : "priority 150", StringComparison.Ordinal)
            .Replace("fd00::53", Lan.Shared6, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(File(server), filled, cancellationToken);
    }

    private static string File(Machine server) => Path.Combine(server.State, "keepalived.conf");
}
