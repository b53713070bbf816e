namespace HomeCloud.Agent.Docker.Requests;

/// <summary>Logs that rotate: a server that talks must not fill the disk.</summary>
internal sealed record CreateLogConfig
{
    public string Type { get; init; } = "json-file";

    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string> { ["max-size"] = "10m", ["max-file"] = "3" };
}
