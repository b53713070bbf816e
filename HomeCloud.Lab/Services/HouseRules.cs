using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Services;

/// <summary>What this home has decided about names of the internet: one on a block list, one that means a server of its own, and whose signatures are believed.</summary>
public static class HouseRules
{
    public const string Blocked = "ads.example.net";
    public const string BlockList = "lab";

    /// <summary>Means <see cref="OwnTarget"/> at home.</summary>
    public const string Own = "photos.example.org";
    public const string OwnTarget = "airplay";

    /// <summary>An earlier build of HomeCloud may not know the options.</summary>
    public static bool Apply(LabOptions options) => options.Programs is null;

    internal static string[] Options(LabOptions options, Machine server) =>
        Apply(options) ? ["--local", $"{Own}={OwnTarget}", "--block", $"{BlockList}={ListPath(server)}", "--trust-anchor", AnchorPath(server)] : [];

    /// <param name="server">Where they count.</param>
    /// <param name="anchor">The key of the root, a line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task WriteAsync(Machine server, string anchor, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(ListPath(server), $"||{Blocked}^\n", cancellationToken);
        await File.WriteAllTextAsync(AnchorPath(server), anchor + "\n", cancellationToken);
    }

    private static string AnchorPath(Machine server) => Path.Combine(server.State, "root.anchor");

    private static string ListPath(Machine server) => Path.Combine(server.State, "blocked.txt");
}
