namespace HomeCloud.Dns.Serving;

/// <summary>Who may ask, and who may take whole zones.</summary>
public sealed class AccessOptions
{
    /// <summary>Everybody may ask. Only for servers that no stranger can reach.</summary>
    public const string Anybody = "any";

    /// <summary>Networks that may ask besides loopback, link-local, private and directly attached ones; or <see cref="Anybody"/>. Option <c>--allow-from NET</c>.</summary>
    public IList<string> AllowFrom { get; } = [];

    /// <summary>Networks that may transfer our zones (AXFR). Option <c>--allow-transfer NET</c>.</summary>
    public IList<string> TransferTo { get; } = ["127.0.0.0/8", "::1"];

    public bool IsOpen => AllowFrom.Contains(Anybody);

    /// <summary>Messages for a person, naming option, value and fix; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var text in AllowFrom)
        {
            if (text != Anybody && !AddressPrefixes.TryParse(text, out _))
                yield return $"--allow-from '{text}' is not a network; write it like 203.0.113.0/24, 2001:db8::/32 or any.";
        }

        foreach (var text in TransferTo)
        {
            if (!AddressPrefixes.TryParse(text, out _))
                yield return $"--allow-transfer '{text}' is not a network; write it like 192.168.1.3 or 192.168.1.0/24.";
        }
    }

    /// <summary>What to warn about at start.</summary>
    public IEnumerable<string> Warnings()
    {
        if (IsOpen)
            yield return "--allow-from any: this server answers everybody who can reach it. Make sure that no stranger can: an open resolver is used to attack others.";
    }
}
