using System.Globalization;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>Reads one container's names and labels. What is wrong with them becomes a warning, and the rest still counts.</summary>
internal sealed class ClaimReader(NamingOptions options, List<NamingWarning> warnings)
{
    private static readonly char[] ListSeparators = [',', ' ', ';', '\t', '\r', '\n'];

    public static IReadOnlyList<string> List(string? value) =>
        value?.Split(ListSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public static bool IsIgnored(ContainerFacts container) => IsTrue(container.Label(HomeCloudLabels.Ignore));

    public ContainerClaims Read(ContainerFacts container, Reachability reachability)
    {
        var claims = new ContainerClaims(container, reachability) { Ttl = Ttl(container), Wildcard = Flag(container, HomeCloudLabels.Wildcard) };
        claims.Services = [.. new ServiceLabels(container, text => Warn(container, text)).Read()];
        SleepRule.Of(container, setting: null, text => Warn(container, text));
        ReadOwnName(claims);
        ReadAliases(claims);
        ReadCompose(claims);
        ReadNetworkAliases(claims);
        return claims;
    }

    private void ReadOwnName(ContainerClaims claims)
    {
        var container = claims.Facts;
        var given = List(container.Label(HomeCloudLabels.Name));
        if (given.Count > 0 && NameMaker.TryNormalize(given[0], options.Zones, out var name))
        {
            // Replicas of one service carry one label between them: they share the name rather than fight for it.
            Add(claims, name, ClaimKind.Own, container.ReplicaGroup);
            return;
        }

        if (container.Label(HomeCloudLabels.Name) is { } unusable)
            Warn(container, $"label {HomeCloudLabels.Name} '{Shown(unusable)}' has no letter or digit; using the container's own name");
        // A task of a Swarm is called airplay.1.<25 characters>, which nobody types: its service's name is the tasks' together.
        if (!NameMaker.TryNormalize(container.SwarmService ?? container.Name, options.Zones, out name))
            NameMaker.TryNormalizeLabel("c-" + container.ShortId, out name);
        Add(claims, name ?? "container", ClaimKind.Own, container.SwarmService is null ? container.Id : container.ReplicaGroup);
    }

    private void ReadAliases(ContainerClaims claims)
    {
        var container = claims.Facts;
        // A second name in homecloud.name is plainly meant as an alias.
        foreach (var text in List(container.Label(HomeCloudLabels.Name)).Skip(1).Concat(List(container.Label(HomeCloudLabels.Aliases))))
        {
            if (NameMaker.TryNormalize(text, options.Zones, out var alias))
                Add(claims, alias, ClaimKind.Alias, container.ReplicaGroup);
            else
                Warn(container, $"label {HomeCloudLabels.Aliases} holds '{Shown(text)}', which has no letter or digit; ignored");
        }
    }

    private void ReadCompose(ContainerClaims claims)
    {
        if (claims.Facts.Compose is not { } compose
            || !NameMaker.TryNormalizeLabel(compose.Service, out var service)
            || !NameMaker.TryNormalizeLabel(compose.Project, out var project))
        {
            return;
        }

        Add(claims, $"{service}.{project}", ClaimKind.ServiceInProject, claims.Facts.ReplicaGroup);
        Add(claims, service, ClaimKind.Service, claims.Facts.ReplicaGroup);
    }

    private void ReadNetworkAliases(ContainerClaims claims)
    {
        if (claims.Reachability.Endpoint is not { } endpoint)
            return;
        foreach (var text in endpoint.Aliases)
        {
            // Engines add the short id and compose adds the service: neither is an alias that a person chose.
            if (IsIdOf(claims.Facts, text) || text == claims.Facts.Compose?.Service)
                continue;
            if (NameMaker.TryNormalize(text, options.Zones, out var alias))
                Add(claims, alias, ClaimKind.NetworkAlias, endpoint.Network);
        }
    }

    // A whole id or the short one: an id may well begin with "db".
    private static bool IsIdOf(ContainerFacts container, string text) =>
        text.Length >= container.ShortId.Length && container.Id.StartsWith(text, StringComparison.Ordinal);

    private void Add(ContainerClaims claims, string name, ClaimKind kind, string group)
    {
        if (ReservedNames.ReasonFor(name) is { } reason)
        {
            claims.Refused = $"{name} is reserved: {reason}";
            if (kind != ClaimKind.Own)
            {
                Warn(claims.Facts, $"the name '{name}' is reserved and ignored: {reason}");
                return;
            }

            var instead = name.Contains('.', StringComparison.Ordinal) ? name.Replace('.', '-') : NameMaker.WithNumber(name, 2);
            instead = instead.Length > NameMaker.MaximumLabel ? NameMaker.WithNumber(instead[..NameMaker.MaximumLabel], 2) : instead;
            Warn(claims.Facts, $"its name '{name}' is reserved: {reason}; it is named '{instead}'");
            name = instead;
        }

        if (!claims.Claims.Exists(claim => claim.Name == name))
            claims.Claims.Add(new Claim(name, kind, group, claims));
    }

    private int Ttl(ContainerFacts container)
    {
        if (container.Label(HomeCloudLabels.Ttl) is not { } text)
            return options.Ttl;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ttl))
            return ttl;
        Warn(container, $"label {HomeCloudLabels.Ttl} '{Shown(text)}' is not a valid number of seconds; using {options.Ttl}");
        return options.Ttl;
    }

    private bool Flag(ContainerFacts container, string label)
    {
        if (container.Label(label) is not { } text)
            return false;
        if (Truth(text) is { } truth)
            return truth;
        Warn(container, $"label {label} '{Shown(text)}' is neither true nor false; using false");
        return false;
    }

    /// <summary>Whether a label says yes, in any of the words that names go by.</summary>
    public static bool IsTrue(string? text) => Truth(text) == true;

    private static bool? Truth(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" or "" => false,
        _ => null,
    };

    private void Warn(ContainerFacts container, string text) => warnings.Add(new NamingWarning(container.Name, text));

    private static string Shown(string text) => PlainText.From(text, 40);
}
