using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>What is asked over the control socket: one line, such as <c>dump [NAME]</c>.</summary>
/// <param name="Verb">One of the constants.</param>
/// <param name="Name">Folded, in wire form: this name and what is below it; null is everything.</param>
/// <param name="List">Name of a block list; null is all.</param>
/// <param name="Record">A record as a line of a zone file.</param>
internal readonly record struct ControlRequest(string Verb, byte[]? Name, string? List, string? Record = null)
{
    public const string Dump = "dump";

    public const string Flush = "flush";

    public const string BlockLists = "block-ls";

    public const string BlockTest = "block-test";

    public const string BlockUpdate = "block-update";

    public const string Reload = "reload";

    public const string RecordsList = "records-ls";

    public const string RecordsAdd = "records-add";

    public const string RecordsRemove = "records-rm";

    /// <returns>Null, or what is wrong with the line.</returns>
    public static string? TryParse(string line, out ControlRequest request)
    {
        request = default;
        if (line.StartsWith($"{RecordsAdd} ", StringComparison.Ordinal))
        {
            request = new ControlRequest(RecordsAdd, null, null, line[RecordsAdd.Length..]);
            return null;
        }

        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([Dump or Flush or BlockUpdate] or [Dump or Flush or BlockUpdate or BlockTest or RecordsRemove, _] or [BlockLists or Reload or RecordsList]))
            return $"'{line}' is not a valid request: send '{Dump} [NAME]', '{Flush} [NAME]', '{BlockLists}', '{BlockTest} NAME', '{BlockUpdate} [LIST]', '{RecordsList}', '{RecordsAdd} NAME [TTL] TYPE DATA', '{RecordsRemove} NAME' or '{Reload}'";
        if (words is [BlockUpdate, var list])
        {
            request = new ControlRequest(BlockUpdate, null, list);
            return null;
        }

        byte[]? name = null;
        if (words.Length == 2)
        {
            Span<byte> wire = stackalloc byte[DnsName.MaxLength];
            if (!DnsName.TryParse(words[1], wire, out var length))
                return $"'{words[1]}' is not a valid domain name";
            name = wire[..length].ToArray();
            DnsName.Fold(name);
        }

        request = new ControlRequest(words[0], name, null);
        return null;
    }
}
