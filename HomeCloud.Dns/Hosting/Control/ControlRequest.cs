using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>What is asked over the control socket: one line, <c>dump [NAME]</c> or <c>flush [NAME]</c>.</summary>
/// <param name="IsFlush">Forget, rather than show.</param>
/// <param name="Name">Folded, in wire form: this name and what is below it; null is everything.</param>
internal readonly record struct ControlRequest(bool IsFlush, byte[]? Name)
{
    public const string Dump = "dump";

    public const string Flush = "flush";

    /// <returns>Null, or what is wrong with the line.</returns>
    public static string? TryParse(string line, out ControlRequest request)
    {
        request = default;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [Dump or Flush, ..] or { Length: > 2 })
            return $"'{line}' is not a valid request: send '{Dump} [NAME]' or '{Flush} [NAME]'";

        byte[]? name = null;
        if (words.Length == 2)
        {
            Span<byte> wire = stackalloc byte[DnsName.MaxLength];
            if (!DnsName.TryParse(words[1], wire, out var length))
                return $"'{words[1]}' is not a valid domain name";
            name = wire[..length].ToArray();
            DnsName.Fold(name);
        }

        request = new ControlRequest(words[0] == Flush, name);
        return null;
    }
}
