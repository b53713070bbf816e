using System.Collections.Concurrent;
using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Making;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Which ports of the servers are open, as far as was tried.</summary>
public sealed class OpenPorts(IPortProbe probe, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Id, ushort Port), bool?> _known = new();

    /// <returns>Null when it is not known.</returns>
    public bool? IsOpen(string id, ushort port) => _known.GetValueOrDefault((id, port));

    /// <summary>Forgets the containers that are gone.</summary>
    public void KeepOnly(ImmutableDictionary<string, ContainerFacts> containers)
    {
        foreach (var (known, _) in _known)
        {
            if (!containers.ContainsKey(known.Id))
                _known.TryRemove(known, out _);
        }
    }

    /// <summary>Tries a container's ports. A server may take a while until it listens: ever more rarely, for two minutes.</summary>
    /// <param name="container">That has just started.</param>
    /// <param name="isCurrent">Whether it still runs since that start.</param>
    /// <param name="changed">Called when more is known.</param>
    public async Task TryAsync(ContainerFacts container, Func<bool> isCurrent, Func<Task> changed)
    {
        if (ServerViews.LanAddress(container) is not { } address)
            return;

        var wait = FirstWait;
        for (var total = TimeSpan.Zero; total < Patience && isCurrent(); total += wait, wait *= 1.6)
        {
            var waiting = false;
            var news = false;
            foreach (var port in ServerViews.Ports(container))
            {
                bool? open = await probe.TryAsync(address, port, CancellationToken.None) switch
                {
                    PortAnswer.Open => true,
                    PortAnswer.Refused => false,
                    _ => null,
                };
                if (!isCurrent())
                {
                    // It was asked before the container stopped or started anew: who tries it since then knows better.
                    return;
                }

                news |= IsOpen(container.Id, port) != open;
                _known[(container.Id, port)] = open;
                waiting |= open != true;
            }

            if (news)
                await changed();

            if (!waiting)
                return;

            await Task.Delay(wait, time);
        }
    }
}
