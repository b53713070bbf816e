namespace HomeCloud.Agent.Servers.StaticNames;

/// <summary>A name added by hand: either addresses, or another name it stands for.</summary>
public sealed record StaticName
{
    public string Name { get; init; } = string.Empty;

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public string? AliasOf { get; init; }

    /// <summary>Seconds.</summary>
    public int Ttl { get; init; } = 300;
}
