using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Hosting;

/// <summary>Shows and changes what the DNS server of this process blocks.</summary>
internal sealed class DnsBlockingSource(BlockDesk desk) : IDnsBlocking
{
    public BlockingView Read(Catalogue language)
    {
        var state = desk.Read();
        return new BlockingView(
            [.. state.Lists.Select(list => new BlockingListView(list.Name, list.Source, list.Names, list.Hits, list.Fetched, list.Why?.In(language)))],
            state.Blocked,
            state.Allowed,
            [.. state.Pauses.Select(pause => new BlockingPauseView(pause.Device, pause.Until))],
            [.. state.Groups.Select(group => new BlockingGroupView(group.Name, group.Devices, group.Lists))]);
    }

    public BlockTestView? Test(string name, string? device, Catalogue language, out Phrase problem) =>
        desk.Test(name, device, out problem) is { } verdict ? new BlockTestView(verdict.Name, verdict.IsBlocked, verdict.Why.In(language), verdict.List, verdict.Rule, verdict.Line, verdict.Group) : null;

    public Phrase? Set(string name, bool allowed) => desk.Set(name, allowed);

    public Phrase? Remove(string name) => desk.Remove(name);

    public Phrase? Pause(TimeSpan length, string? device) => desk.Pause(length, device);

    public void Resume(string? device) => desk.Resume(device);
}
