using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking.Groups;

/// <summary>Devices that have rules of their own (<c>--block-group</c>), and which lists count for them when (<c>--block-for</c>).</summary>
/// <param name="Name">As the options have it; <see cref="Others"/> stands for all devices in no group.</param>
/// <param name="Members">Its devices; none for <see cref="Others"/>.</param>
/// <param name="Lists">What counts; null: every list, always.</param>
internal sealed record BlockGroup(string Name, IReadOnlyList<GroupMember> Members, IReadOnlyList<GroupList>? Lists)
{
    public const string Others = "all";

    public const int MaxNameLength = 32;

    /// <summary>Stands among lists: search engines show what they call safe.</summary>
    public const string SafeSearch = "safe-search";

    /// <summary>What names of lists and groups look like.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');

    /// <summary>Whether what counts changes with the time.</summary>
    public bool HasHours => Lists?.Any(entry => entry.Hours is not null) == true;

    /// <summary>Whether a list counts for the group at a time.</summary>
    public bool Has(string list, DateTime local) =>
        Lists is null ? list != SafeSearch : Lists.Any(entry => entry.List == list && (entry.Hours is null || entry.Hours.Include(local)));

    /// <summary>Reads both options.</summary>
    /// <param name="groups">Values of <c>--block-group</c>.</param>
    /// <param name="lists">Values of <c>--block-for</c>.</param>
    /// <param name="known">Names of the lists.</param>
    /// <param name="problems">Receives what is wrong, a line each.</param>
    public static IReadOnlyList<BlockGroup> ReadAll(IEnumerable<string> groups, IEnumerable<string> lists, IReadOnlySet<string> known, List<string> problems)
    {
        var found = new List<BlockGroup>();
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in groups)
        {
            if (!TrySplit(text, out var name, out var values) || !IsName(name))
                problems.Add($"--block-group '{text}' is not NAME=DEVICE,… with a name of small letters, digits, '-' and '_' (example: kids=192.168.1.40,02:42:ac:11:00:02)");
            else if (name == Others || found.Exists(group => group.Name == name))
                problems.Add($"--block-group '{text}' uses the name {name}{(name == Others ? ", which stands for devices in no group" : " a second time")}: choose another one");
            else
                found.Add(new BlockGroup(name, ReadMembers(name, text, values, places, problems), null));
        }

        found.Add(new BlockGroup(Others, [], null));
        foreach (var text in lists)
        {
            if (!TrySplit(text, out var name, out var values))
                problems.Add($"--block-for '{text}' is not GROUP=LIST,… (example: kids=ads,social@20-18,safe-search)");
            else if (found.FindIndex(group => group.Name == name) is var at && at < 0)
                problems.Add($"--block-for '{text}' names no group: set --block-group {name}=DEVICE,…, or use {Others} for devices in no group");
            else if (found[at].Lists is not null)
                problems.Add($"--block-for '{text}' names the group {name} a second time: name all its lists in one value");
            else
                found[at] = found[at] with { Lists = ReadLists(text, values, known, problems) };
        }

        return found;
    }

    private static List<GroupMember> ReadMembers(string name, string text, string[] values, Dictionary<string, string> places, List<string> problems)
    {
        var members = new List<GroupMember>();
        foreach (var value in values)
        {
            if (GroupMember.Read(value) is not { } member)
                problems.Add($"--block-group '{text}' has '{value}', which is no address, network, MAC or name");
            else if (!places.TryAdd(member.Text, name))
                problems.Add($"--block-group '{text}' has '{value}', which is in the group {places[member.Text]} already");
            else
                members.Add(member);
        }

        return members;
    }

    private static List<GroupList> ReadLists(string text, string[] values, IReadOnlySet<string> known, List<string> problems)
    {
        var lists = new List<GroupList>();
        foreach (var value in values)
        {
            var parts = value.Split('@', 2);
            BlockHours? hours = null;
            if (parts[0] != SafeSearch && !known.Contains(parts[0]))
                problems.Add($"--block-for '{text}' has '{parts[0]}', which is no list: name it with --block {parts[0]}=SOURCE");
            else if (parts.Length == 2 && !BlockHours.TryParse(parts[1], out hours))
                problems.Add($"--block-for '{text}' has '{parts[1]}', which are no hours (examples: 20-18, 7:30-21, mon-fri/8-18)");
            else
                lists.Add(new GroupList(parts[0], hours));
        }

        return lists;
    }

    // "none" says that no list counts.
    private static bool TrySplit(string text, out string name, out string[] values)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        name = equals < 0 ? "" : text[..equals].Trim();
        values = text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isPair = name.Length > 0 && values.Length > 0;
        if (values is ["none"])
            values = [];
        return isPair;
    }
}

/// <param name="List">Its name.</param>
/// <param name="Hours">Null: always.</param>
internal sealed record GroupList(string List, BlockHours? Hours);

/// <summary>A device, or a network of them. One of the values is set.</summary>
/// <param name="Text">As it is compared.</param>
/// <param name="Address">Of the device.</param>
/// <param name="Network">Of the devices.</param>
/// <param name="Mac">Lower case with colons.</param>
/// <param name="Name">Of the home.</param>
internal sealed record GroupMember(string Text, IPAddress? Address = null, IPNetwork? Network = null, string? Mac = null, string? Name = null)
{
    /// <returns>Null when it is none of these.</returns>
    public static GroupMember? Read(string text)
    {
        if (AddressText.TryParse(text, out var address))
            return new GroupMember(address.ToString(), Address: address);
        if (AddressText.TryParseNetwork(text, out var network))
            return new GroupMember(network.ToString(), Network: network);
        if (LinkLayerAddress.Octets(text) is { } octets)
            return new GroupMember(LinkLayerAddress.Text(octets), Mac: LinkLayerAddress.Text(octets));
        var isName = !AddressText.IsMeantAsAddress(text) && !text.Contains('/', StringComparison.Ordinal) && DnsName.TryParse(text, new byte[DnsName.MaxLength], out var length) && length > 1;
        return isName ? new GroupMember(text.ToLowerInvariant(), Name: text.ToLowerInvariant()) : null;
    }
}
