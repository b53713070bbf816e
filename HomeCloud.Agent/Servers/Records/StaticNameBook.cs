using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Names of things that are no containers: the NAS, the printer. They live in the registry, under an owner of their own.</summary>
public sealed class StaticNameBook(IRegistry registry, HistoryLog history, Feed feed, ServersOptions options, TimeProvider time)
{
    public IReadOnlyList<StaticName> All() =>
        [.. registry.Current.Records.Values.Where(r => r.Owner == WellKnownOwners.Static).OrderBy(r => r.Name, StringComparer.Ordinal).Select(View)];

    /// <param name="wanted">Hostile.</param>
    /// <param name="replaces">Take the name over: from another static name, or from a server.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ServerProblem?> PutAsync(StaticName wanted, bool replaces, string by, CancellationToken cancellationToken)
    {
        var name = WithoutZone(wanted.Name);
        if (NameProblem(name) is { } problem)
            return problem;

        // JSON's null, whatever the type says.
        if (wanted.Addresses is null || wanted.Addresses.Any(text => text is null))
            return new ServerProblem(ProblemCode.InvalidAddress, "The addresses contain null.", "Write each as 192.168.1.20 or fd00::20.");

        var addresses = new List<IPAddress>();
        foreach (var text in wanted.Addresses)
        {
            if (!AddressText.TryParse(text, out var address))
                return new ServerProblem(ProblemCode.InvalidAddress, NoAddress(text), "Write it as 192.168.1.20 or fd00::20.");

            addresses.Add(address);
        }

        var alias = string.IsNullOrWhiteSpace(wanted.AliasOf) ? null : WithoutZone(wanted.AliasOf);
        if ((alias is null) == (addresses.Count == 0) || addresses.Count > 16)
            return new ServerProblem(ProblemCode.InvalidRequest, "A static name has either addresses or one target name.", "Set one of them (example: homecloud name add nas 192.168.1.20).");

        if (alias is not null && (AddressText.IsMeantAsAddress(alias) || alias.Split('.').Any(l => ServerName.Problem(l) is not null) || alias == name))
            return new ServerProblem(ProblemCode.InvalidAlias, $"{(alias.Length > 60 ? alias[..60] : alias)} is not a valid target name.", "Use another name of this home, without the zone.");

        if (wanted.Ttl is < 0 or > 604_800)
            return new ServerProblem(ProblemCode.InvalidRequest, $"{wanted.Ttl} is not a valid TTL.", "Choose 0 to 604800 seconds.");

        var record = new NameRecord
        {
            Name = name,
            Owner = WellKnownOwners.Static,
            Addresses = [.. addresses],
            AliasOf = alias,
            Ttl = wanted.Ttl,
            Since = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
            Reverse = alias is null && !name.StartsWith('*'),
        };
        if (!replaces && Holder(View(record)) is { } holder)
            return new ServerProblem(ProblemCode.NameTaken, $"{name} is already {holder}.", $"Choose another name, or take it over: homecloud name add {name} … --replace");

        return await ApplyAsync(RecordChange.Put(record), HistoryKind.NameAdded, name, by, alias ?? string.Join(", ", addresses), cancellationToken);
    }

    public async Task<ServerProblem?> RemoveAsync(string text, string by, CancellationToken cancellationToken)
    {
        // One that was added with the zone in it, before that was taken off, can still be removed.
        var name = ServerName.Fold(text);
        name = registry.Current.Records.ContainsKey(new RecordKey(WellKnownOwners.Static, name)) ? name : WithoutZone(text);
        var key = new RecordKey(WellKnownOwners.Static, name);
        return registry.Current.Records.ContainsKey(key)
            ? await ApplyAsync(RecordChange.Remove(key), HistoryKind.NameRemoved, name, by, "", cancellationToken)
            : new ServerProblem(ProblemCode.NotFound, $"There is no static name {(name.Length > 60 ? name[..60] : name)}.", "homecloud name ls lists all names.");
    }

    /// <summary>Who answers by the name now, in words; null when nothing changes hands.</summary>
    private Phrase? Holder(StaticName wanted)
    {
        var snapshot = registry.Current;
        if (snapshot.Records.TryGetValue(new RecordKey(WellKnownOwners.Static, wanted.Name), out var record))
        {
            var known = View(record);
            return known.AliasOf == wanted.AliasOf && known.Addresses.SequenceEqual(wanted.Addresses)
                ? null
                : (Phrase)$"a static name, for {known.AliasOf ?? string.Join(", ", known.Addresses)}";
        }

        var server = snapshot.Records.Values.FirstOrDefault(r => r.Name == wanted.Name && r.Owner != WellKnownOwners.Static && r.Addresses.Length > 0 && snapshot.IsAlive(r.Owner));
        return server is null
            ? null
            : (Phrase)$"the name of a server on {server.Attributes.GetValueOrDefault(RecordAttributes.Host, server.Owner)} ({server.Addresses[0]})";
    }

    /// <summary>nas.home is nas: people type the name as they use it.</summary>
    private string WithoutZone(string text) => NameMaker.WithoutZone(ServerName.Fold(text), [options.Zone]);

    /// <summary>Several labels are fine, a wildcard in front too; the reserved words are reserved at the top only.</summary>
    private static ServerProblem? NameProblem(string name)
    {
        var labels = name.Split('.');
        if (labels.Length > 1 && labels[0] == "*")
            labels = labels[1..];

        foreach (var label in labels)
        {
            if (ServerName.Problem(label) is { } problem && (problem.Code != ProblemCode.NameReserved || labels.Length == 1))
                return problem;
        }

        return name.Length > 200 ? new ServerProblem(ProblemCode.InvalidName, "The name is too long.", "Use a shorter one.") : null;
    }

    private static Phrase NoAddress(string text) => AddressText.WithoutZeros(text) is { } plain
        ? (Phrase)$"{text} is not a valid address (leading zeros mean octal to some programs: write {plain} if you mean that)."
        : $"{(text.Length > 60 ? text[..60] : text)} is not a valid address.";

    private async Task<ServerProblem?> ApplyAsync(RecordChange change, HistoryKind kind, string name, string by, string detail, CancellationToken cancellationToken)
    {
        try
        {
            await registry.ApplyAsync(WellKnownOwners.Static, [change], cancellationToken);
        }
        catch (RegistryUnavailableException exception)
        {
            return new ServerProblem(ProblemCode.RegistryAway, $"The registry cannot be reached: {(Phrase)exception.Message}", "Names are still answered; try again when it is back.");
        }
        catch (ArgumentException exception)
        {
            return new ServerProblem(ProblemCode.InvalidName, exception.Message);
        }

        history.Add(kind, name, by, detail);
        feed.Tell(new FeedItem("names", new NameEvent(name)));
        return null;
    }

    private static StaticName View(NameRecord record) => new()
    {
        Name = record.Name,
        Addresses = [.. record.Addresses.Select(a => a.ToString())],
        AliasOf = record.AliasOf,
        Ttl = record.Ttl,
    };
}

/// <summary>A name added by hand: either addresses, or another name it stands for.</summary>
public sealed record StaticName
{
    public string Name { get; set; } = "";

    public IReadOnlyList<string> Addresses { get; set; } = [];

    public string? AliasOf { get; set; }

    /// <summary>Seconds.</summary>
    public int Ttl { get; set; } = 300;
}
