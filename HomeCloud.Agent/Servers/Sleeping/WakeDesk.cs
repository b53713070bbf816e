using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Machine;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>Takes calls, by name and by packet: may this device wake that server, and has it not called in vain too often?</summary>
internal sealed class WakeDesk(
    IServerEngine engine, SleepBook book, Waker waker, CallerBook callers, OwnTraffic own, SleepMetrics metrics, ServersOptions options,
    INeighbourTable neighbours, TimeProvider time, IRegistryReader? registry = null, IWakeLine? line = null) : IHostedService
{
    /// <summary>A device asks for a neighbour three times, a second apart, and then gives up: the third time it is answered.</summary>
    private static readonly TimeSpan Persistence = TimeSpan.FromMilliseconds(1500);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        line?.Answer(options.AgentId, NamedAsync);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A device asked for a name.</summary>
    /// <returns>Null when the server is there; else why not.</returns>
    public async Task<string?> NamedAsync(WakeCall call)
    {
        if (book.Sleepers.IsEmpty || registry?.Current.Records.GetValueOrDefault(new RecordKey(call.Owner, call.Name)) is not { } record
            || record.Attributes.GetValueOrDefault(RecordAttributes.Container) is not { } containers)
        {
            return null;
        }

        // A name that several share leads to the first: one is enough.
        var names = containers.Split(", ");
        if (engine.Known is not { IsSuccess: true } known)
            return engine.Known.Problem!.Message.ToString();
        if (known.Value.Where(container => container.Asleep is not null && names.Contains(container.Name)).MinBy(container => Array.IndexOf(names, container.Name)) is not { } found)
            return null;
        var rule = SleepRule.Of(found, setting: null);
        if (!rule.WakesOnName)
            return "questions for its name do not wake it";
        if (!MayWake(found, rule, call.Client, null, isPacket: false, out var why))
            return why;
        var waking = waker.Wake(found.Id, call.Client.ToString(), $"{call.Question} query", call.Client);
        if (await waking.Started is { } problem)
            return problem.Message.ToString();
        await waking.Ready;
        return null;
    }

    /// <summary>A device sent a packet for the address of a sleeping server.</summary>
    /// <param name="address">The address.</param>
    /// <param name="client">The device.</param>
    /// <param name="mac">Its link-layer address.</param>
    /// <param name="what">For the history: <c>ARP</c>.</param>
    /// <returns>
    /// The link-layer address to answer it with, when it asks for one and is about to give up: what it sends then is lost, and it
    /// sends it again, for minutes. Null for no answer; the server itself answers as soon as it is up.
    /// </returns>
    public string? Packet(IPAddress address, IPAddress client, string mac, string what)
    {
        // The last look before a server falls asleep tries its port, and this machine may not reach its own macvlan containers.
        if (own.Echoes(address) && MachineInterfaces.Read().Addresses.Contains(client))
            return null;
        var (id, sleeper) = book.Sleepers.FirstOrDefault(sleeper => sleeper.Value.Asleep.Places.Any(place => place.Addresses.Contains(address)));
        if (id is null || engine.Known is not { IsSuccess: true } known || known.Value.FirstOrDefault(container => container.Id == id) is not { Asleep: not null } found)
            return null;

        var rule = SleepRule.Of(found, setting: null);
        if (!rule.WakesOnPacket || !MayWake(found, rule, client, mac, isPacket: true, out _))
            return null;
        var waking = waker.Wake(id, client.ToString(), what, client);
        return waking.Started.IsCompleted || time.GetElapsedTime(waking.Began) < Persistence ? null
            : sleeper.Asleep.Places.First(place => place.Addresses.Contains(address)).Mac;
    }

    private bool MayWake(ContainerFacts container, SleepRule rule, IPAddress client, string? mac, bool isPacket, out string why)
    {
        why = "";
        if (!rule.Lets(client, mac ?? (rule.Macs.IsEmpty ? null : neighbours.MacOf(client))))
            why = $"{client} may not wake it (label {HomeCloudLabels.WakeBy})";
        else if (waker.IsResting(container.Id))
            why = container.Asleep?.Trouble ?? "it could not be woken a moment ago";
        else if (!callers.MayCall(container.Id, client, isPacket))
            why = $"{client} woke it in vain before, and waits";
        if (why.Length > 0)
            metrics.Refused();
        return why.Length == 0;
    }
}
