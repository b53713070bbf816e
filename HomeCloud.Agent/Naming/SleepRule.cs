using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>When a container falls asleep, how, and who wakes it: its labels, and what was set by hand. Pure.</summary>
public sealed record SleepRule
{
    public const string Never = "never";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>It falls asleep after so long without callers; null for never.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>It is paused, and keeps its memory, instead of stopped.</summary>
    public bool IsPause { get; init; }

    public bool WakesOnName { get; init; } = true;

    public bool WakesOnPacket { get; init; } = true;

    /// <summary>Who may wake it; with <see cref="Macs"/> empty: everybody.</summary>
    public ImmutableArray<IPNetwork> Networks { get; init; } = [];

    public ImmutableArray<string> Macs { get; init; } = [];

    /// <summary>As a record says it: what wakes it, where that is not every way; else empty.</summary>
    public string WakeOn => (WakesOnName, WakesOnPacket) switch
    {
        (true, true) => "",
        (true, false) => "name",
        (false, true) => "packet",
        _ => "none",
    };

    /// <param name="container">Its labels.</param>
    /// <param name="setting">What was set by hand, which comes before the label; null for nothing.</param>
    /// <param name="warn">Told of each label that is not valid, and so does not count.</param>
    public static SleepRule Of(ContainerFacts container, string? setting, Action<string>? warn = null)
    {
        var rule = new SleepRule();
        var label = container.Label(HomeCloudLabels.Sleep);
        TimeSpan? labelled = null;
        if (label is not null && !TryParse(label, out labelled))
            Warn(HomeCloudLabels.Sleep, label, "is neither a time from 5s to 30d nor 'never'");
        rule = rule with { After = setting is not null && TryParse(setting, out var set) ? set : labelled };

        if (container.Label(HomeCloudLabels.SleepMode) is { } mode)
        {
            if (mode is "stop" or "pause")
                rule = rule with { IsPause = mode == "pause" };
            else
                Warn(HomeCloudLabels.SleepMode, mode, "is neither 'stop' nor 'pause'");
        }

        if (container.Label(HomeCloudLabels.WakeOn) is { } on)
        {
            var ways = ClaimReader.List(on);
            if (ways.Count > 0 && ways.All(way => way is "name" or "packet" or "none"))
                rule = rule with { WakesOnName = ways.Contains("name"), WakesOnPacket = ways.Contains("packet") };
            else
                Warn(HomeCloudLabels.WakeOn, on, "is not 'name', 'packet', both or 'none'");
        }

        return container.Label(HomeCloudLabels.WakeBy) is { } by ? WithCallers(rule, by) : rule;

        // One that cannot be read lets nobody in: with none left that can, nobody wakes it.
        SleepRule WithCallers(SleepRule all, string text)
        {
            var networks = ImmutableArray.CreateBuilder<IPNetwork>();
            var macs = ImmutableArray.CreateBuilder<string>();
            foreach (var caller in ClaimReader.List(text))
            {
                if (AddressText.TryParseNetwork(caller, out var network))
                    networks.Add(network);
                else if (AddressText.TryParse(caller, out var address))
                    networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
                else if (PhysicalAddress.TryParse(caller, out var mac) && mac.GetAddressBytes().Length == 6)
                    macs.Add(LinkLayerAddress.Text(mac.GetAddressBytes()));
                else
                    Warn(HomeCloudLabels.WakeBy, caller, "is no address, network or MAC");
            }

            return all with { Networks = networks.ToImmutable(), Macs = macs.Count == 0 && networks.Count == 0 ? ["nobody"] : macs.ToImmutable() };
        }

        void Warn(string key, string text, string what) => warn?.Invoke($"label {key} '{PlainText.From(text, 40)}' {what}; ignored");
    }

    /// <summary>Whether a device may wake it.</summary>
    /// <param name="address">The device's; null when not known.</param>
    /// <param name="mac">Its link-layer address; null when not known.</param>
    public bool Lets(IPAddress? address, string? mac) => (Networks.IsEmpty && Macs.IsEmpty)
        || (address is not null && Networks.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)))
        || (mac is not null && Macs.Contains(mac));

    /// <summary><c>15m</c> or <c>never</c>.</summary>
    /// <param name="text">As a person wrote it.</param>
    /// <param name="after">Null for never.</param>
    /// <returns>False when it is neither, or out of range.</returns>
    public static bool TryParse(string text, out TimeSpan? after)
    {
        after = null;
        if (text.Trim().Equals(Never, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!Sizes.TryParseDuration(text, out var time) || time < Shortest || time > Longest)
            return false;
        after = time;
        return true;
    }

    /// <summary>As it is written: <c>15m</c>, <c>1h30m</c>.</summary>
    public static string Text(TimeSpan time)
    {
        (int Amount, string Unit)[] parts = [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "m"), (time.Seconds, "s")];
        return string.Concat(parts.Where(part => part.Amount > 0).Select(part => part.Amount.ToString(CultureInfo.InvariantCulture) + part.Unit));
    }
}
