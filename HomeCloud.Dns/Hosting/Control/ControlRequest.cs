using System.Globalization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>What is asked over the control socket: one line, such as <c>dump [NAME]</c>.</summary>
/// <param name="Verb">One of the constants.</param>
/// <param name="Name">Folded, in wire form: this name and what is below it; null is everything.</param>
/// <param name="Argument">A list, a name or a device, as it was written; null is all.</param>
/// <param name="Record">A record as a line of a zone file.</param>
/// <param name="Length">Of a pause.</param>
/// <param name="IsJson">The answer is wanted as JSON.</param>
/// <param name="Device">For whom a name is tested.</param>
internal readonly record struct ControlRequest(string Verb, byte[]? Name, string? Argument, string? Record = null, TimeSpan Length = default, bool IsJson = false, string? Device = null)
{
    public const string Dump = "dump";

    public const string Flush = "flush";

    /// <summary>Stands in front of requests of <c>block</c>.</summary>
    public const string Json = "json";

    public const string BlockLists = "block-ls";

    public const string BlockTest = "block-test";

    public const string BlockUpdate = "block-update";

    public const string BlockAdd = "block-add";

    public const string BlockAllow = "block-allow";

    public const string BlockRemove = "block-rm";

    public const string BlockPause = "block-pause";

    public const string BlockResume = "block-resume";

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
        var isJson = words is [Json, _, ..];
        if (isJson)
            words = words[1..];
        switch (words)
        {
            case [BlockLists or BlockUpdate or BlockResume]:
            case [BlockTest or BlockUpdate or BlockAdd or BlockAllow or BlockRemove or BlockResume, _]:
                request = new ControlRequest(words[0], null, words.ElementAtOrDefault(1), IsJson: isJson);
                return null;
            case [BlockTest, _, _]:
                request = new ControlRequest(BlockTest, null, words[1], IsJson: isJson, Device: words[2]);
                return null;
            case [BlockPause, _] or [BlockPause, _, _] when int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds):
                request = new ControlRequest(BlockPause, null, words.ElementAtOrDefault(2), Length: TimeSpan.FromSeconds(seconds));
                return null;
            case [Reload or RecordsList] or [Dump or Flush] or [Dump or Flush or RecordsRemove, _] when !isJson:
                break;
            default:
                return $"'{line}' is not a valid request: send '{Dump} [NAME]', '{Flush} [NAME]', '{BlockLists}', '{BlockTest} NAME [DEVICE]', '{BlockUpdate} [LIST]', '{BlockAdd} NAME', '{BlockAllow} NAME', '{BlockRemove} NAME', '{BlockPause} SECONDS [DEVICE]', '{BlockResume} [DEVICE]', '{RecordsList}', '{RecordsAdd} NAME [TTL] TYPE DATA', '{RecordsRemove} NAME' or '{Reload}'";
        }

        byte[]? name = null;
        if (words.Length == 2 && (name = DnsName.ParseFolded(words[1])) is null)
            return $"'{words[1]}' is not a valid domain name";

        request = new ControlRequest(words[0], name, null);
        return null;
    }
}
