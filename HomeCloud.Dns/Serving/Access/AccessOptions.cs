namespace HomeCloud.Dns.Serving.Access;

/// <summary>Who may ask, and who may take whole zones.</summary>
public sealed class AccessOptions
{
    /// <summary>Everybody may ask. Only for servers that no stranger can reach.</summary>
    public const string Anybody = "any";

    /// <summary>Networks that may ask besides loopback, link-local, private and directly attached ones; or <see cref="Anybody"/>. Option <c>--allow-from NET</c>.</summary>
    public IList<string> AllowFrom { get; } = [];

    /// <summary>Networks that may transfer our zones (AXFR). Option <c>--allow-transfer NET</c>.</summary>
    public IList<string> TransferTo { get; } = [.. AddressPrefixes.LoopbackNetworks];

    public bool IsOpen => AllowFrom.Contains(Anybody);

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate() =>
    [
        .. AddressPrefixes.Validate("--allow-from", AllowFrom.Where(text => text != Anybody), "203.0.113.0/24, 2001:db8::/32 or any"),
        .. AddressPrefixes.Validate("--allow-transfer", TransferTo, "192.168.1.3 or 192.168.1.0/24"),
    ];

    /// <summary>What to warn about at start.</summary>
    public IEnumerable<string> Warnings()
    {
        if (IsOpen)
            yield return "--allow-from any: this server answers every client that can reach it. Make sure the internet cannot: open resolvers are used to attack others.";
    }
}
