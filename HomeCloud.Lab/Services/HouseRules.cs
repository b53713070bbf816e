using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Services;

/// <summary>What this home has decided about names of the internet: one on a block list, one that means a server of its own.</summary>
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
        Apply(options) ? ["--local", $"{Own}={OwnTarget}", "--block", $"{BlockList}={ListPath(server)}"] : [];

    internal static Task WriteAsync(Machine server, CancellationToken cancellationToken) => File.WriteAllTextAsync(ListPath(server), $"||{Blocked}^\n", cancellationToken);

    private static string ListPath(Machine server) => Path.Combine(server.State, "blocked.txt");
}
