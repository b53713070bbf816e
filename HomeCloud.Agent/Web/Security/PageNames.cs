namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// The names under which this page may be asked for. Of several machines only one answers as <c>cloud.home</c>; the others are
/// <c>cloud.MACHINE.home</c>, as every name that another machine has already.
/// </summary>
public sealed class PageNames(WebOptions options)
{
    private volatile string? _machine;

    /// <summary>This machine's name as a label; null until it is known.</summary>
    public string? Machine
    {
        get => _machine;
        set => _machine = value;
    }

    /// <summary>Relative to the zones.</summary>
    public IEnumerable<string> Names => _machine is { } machine ? [options.Name, $"{options.Name}.{machine}"] : [options.Name];

    /// <param name="host">In lower case, without a dot at its end.</param>
    public bool Contain(string host) =>
        host == "localhost"
        || Names.Any(name => host == name || options.Zones.Any(zone => host.Length == name.Length + zone.Length + 1 && host.StartsWith(name, StringComparison.Ordinal) && host[name.Length] == '.' && host.EndsWith(zone, StringComparison.Ordinal)))
        || options.Hosts.Any(h => string.Equals(h.TrimEnd('.'), host, StringComparison.OrdinalIgnoreCase));
}
