namespace HomeCloud.Registry.Redis;

/// <summary>What the INFO command says that matters here.</summary>
/// <param name="RunId">Another one means another process, with possibly other data.</param>
/// <param name="IsPrimary">False on a replica.</param>
/// <param name="IsLoading">True while Redis reads its data from disk after a start.</param>
internal sealed record RedisServerInfo(string RunId, bool IsPrimary, bool IsLoading)
{
    public static RedisServerInfo Unknown { get; } = new("", false, false);

    public static RedisServerInfo Parse(string? text)
    {
        var (run, role, loading) = ("", "", "");
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("run_id:", StringComparison.Ordinal))
                run = line["run_id:".Length..];
            else if (line.StartsWith("role:", StringComparison.Ordinal))
                role = line["role:".Length..];
            else if (line.StartsWith("loading:", StringComparison.Ordinal))
                loading = line["loading:".Length..];
        }

        return new RedisServerInfo(run, role == "master", loading == "1");
    }
}
