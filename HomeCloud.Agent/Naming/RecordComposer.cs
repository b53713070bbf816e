using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>Makes one record out of the containers that hold a name.</summary>
internal static class RecordComposer
{
    /// <summary>A TXT string holds 255 bytes (RFC 1035 §3.3), key included.</summary>
    private const int MaximumValue = 200;

    /// <summary>The same for text in which a character may take three bytes.</summary>
    private const int MaximumUnicodeValue = MaximumValue / 3;

    private const int MaximumExplanation = 200;

    /// <param name="name">The record's name, which may differ from the claims' when a number was added.</param>
    /// <param name="holders">At least one.</param>
    /// <param name="engine">Supplies the owner and the host.</param>
    public static NameRecord Compose(string name, List<Claim> holders, EngineFacts engine)
    {
        holders.Sort((left, right) => ContainerClaims.ByPrecedence(left.Container, right.Container));
        var first = holders[0].Container;
        var serving = holders.FindAll(holder => !holder.Container.Reachability.Addresses.IsEmpty);
        // A name that others answer for needs no grace.
        if (serving.Exists(holder => !holder.Container.Facts.Held))
            serving.RemoveAll(holder => holder.Container.Facts.Held);
        // Nor does it wake one of them.
        if (serving.Exists(holder => holder.Container.Facts.Asleep is null))
            serving.RemoveAll(holder => holder.Container.Facts.Asleep is not null);
        var shown = serving.Count > 0 ? serving : holders;
        var leader = shown[0].Container;
        return new NameRecord
        {
            Name = name,
            Owner = engine.AgentId,
            Addresses = Addresses(serving),
            Services = holders[0].Kind == ClaimKind.Own ? [.. holders.SelectMany(holder => holder.Container.Services).Distinct()] : [],
            State = State(leader.Facts),
            Since = leader.Facts.Since,
            Ttl = holders.Min(holder => holder.Container.Ttl),
            Reverse = holders.TrueForAll(holder => holder is { Kind: ClaimKind.Own, Container.Reachability.Shared: false }),
            Explanation = serving.Count > 0 ? null : PlainText.From(first.Reachability.Explanation ?? "", MaximumExplanation),
            Attributes = Attributes(shown, engine),
        };
    }

    private static ImmutableArray<IPAddress> Addresses(List<Claim> serving) =>
    [
        .. serving
            .SelectMany(holder => holder.Container.Reachability.Addresses)
            .Distinct()
            .OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6),
    ];

    private static RecordState State(ContainerFacts container) => container.Life switch
    {
        _ when container.Asleep is not null => RecordState.Asleep,
        ContainerLife.Running => RecordState.Running,
        ContainerLife.Paused => RecordState.Paused,
        _ => RecordState.Stopped,
    };

    private static ImmutableSortedDictionary<string, string> Attributes(List<Claim> shown, EngineFacts engine)
    {
        var leader = shown[0].Container;
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Set(RecordAttributes.Host, engine.HostLabel);
        Set(RecordAttributes.Container, string.Join(", ", shown.Select(holder => holder.Container.Facts.Name)));
        Set(RecordAttributes.Image, string.Join(", ", shown.Select(holder => holder.Container.Facts.Image).Distinct()));
        Set(RecordAttributes.Network, leader.Reachability.Network);
        if (shown.Count == 1)
            Set(RecordAttributes.ContainerId, leader.Facts.ShortId);
        if (leader.Facts.Asleep is { } asleep)
            Set(RecordAttributes.WakeOn, asleep.WakeOn);
        else if (leader.Facts.Life is ContainerLife.Exited or ContainerLife.Dead or ContainerLife.Restarting)
            Set(RecordAttributes.ExitCode, leader.Facts.ExitCode.ToString(CultureInfo.InvariantCulture));
        Set(RecordAttributes.Refused, leader.Refused ?? "");
        Set(RecordAttributes.Ports, string.Join(", ", Ports(leader).Distinct()));
        return attributes.ToImmutable();

        void Set(string key, string value)
        {
            if (value.Length > 0)
                attributes[key] = PlainText.From(value, Ascii.IsValid(value) ? MaximumValue : MaximumUnicodeValue);
        }
    }

    /// <summary>On the host's address, what the host forwards; on an address of its own, every port is open and these are the declared ones.</summary>
    private static IEnumerable<string> Ports(ContainerClaims container) =>
        container.Reachability.Endpoint is null && !container.Facts.Published.IsEmpty
            ? container.Facts.Published.Select(port => port.ToString())
            : container.Facts.Exposed;
}
