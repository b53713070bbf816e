using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Hosting.Control;

namespace HomeCloud.Agent.Hosting;

/// <summary>Shows and changes what the DNS server of this process blocks.</summary>
internal sealed class DnsBlockingSource(BlockDesk desk) : IDnsBlocking
{
    public BlockingView Read()
    {
        var state = desk.Read();
        return new BlockingView(
            [.. state.Lists.Select(list => new BlockingListView(list.Name, list.Source, list.Names, list.Hits, list.Fetched, list.Problem))],
            state.Blocked,
            state.Allowed,
            [.. state.Pauses.Select(pause => new BlockingPauseView(pause.Device, pause.Until))],
            [.. state.Groups.Select(group => new BlockingGroupView(group.Name, group.Devices, group.Lists))]);
    }

    public BlockTestView? Test(string name, string? device, out string problem) =>
        desk.Test(name, device, out problem) is { } verdict ? new BlockTestView(verdict.Name, verdict.IsBlocked, verdict.Reason, verdict.List, verdict.Rule, verdict.Line, verdict.Group) : null;

    public string? Set(string name, bool allowed) => desk.Set(name, allowed);

    public string? Remove(string name) => desk.Remove(name);

    public string? Pause(TimeSpan length, string? device) => desk.Pause(length, device);

    public void Resume(string? device) => desk.Resume(device);
}
