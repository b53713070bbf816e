using System.Globalization;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.Scenarios.Authoritative;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>A running server, and behind it an upstream that says of every name that there is nothing.</summary>
internal sealed class AnswerServerTarget : IAnswerTarget
{
    private readonly ScriptedServer _upstream = new ScriptedServer().When("*", null, _ => { });
    private readonly PipelineHarness.FakeStatus _status = new();
    private readonly ForwardingOptions _forwarding = new();
    private ScenarioServer _server = null!;

    private AnswerServerTarget()
    {
    }

    public string UpstreamInUse => _upstream.EndPoint.ToString();

    public static async Task<AnswerServerTarget> StartAsync(AnswerScenario scenario)
    {
        var target = new AnswerServerTarget();
        var time = new PipelineHarness.ManualTime();
        var setup = new AnswerSetup(scenario, time.Now);
        target._forwarding.Upstreams.Add(target._upstream.EndPoint.ToString());
        target._server = await ScenarioServer.StartAsync(
            options =>
            {
                setup.Configure(options.Serving);
                foreach (var zone in setup.Zones)
                    options.Zones.Names.Add(zone);
                options.Forwarding.Upstreams.Add(target._upstream.EndPoint.ToString());
            },
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                services.AddSingleton<IRegistryReader>(new FixedRegistry(setup.Records));
            },
            services => services.AddSingleton<IZoneSourceStatus>(target._status));
        foreach (var words in setup.Changes)
            target.Change(words);
        return target;
    }

    public async Task<(bool IsForwarded, byte[]? Response)> AskAsync(AnswerQuery query, bool expectSilence)
    {
        var before = _upstream.Seen.Count(IsAsked);
        _server.Displacement.Seen = new Displacement.Places(query.Client, query.Local);
        var response = await _server.AskAsync(query.Octets, query.Transport, expectSilence);
        return (_upstream.Seen.Count(IsAsked) > before, response);

        // Besides what is asked, the forwarder looks by itself how its upstream fares.
        static bool IsAsked(SeenQuestion seen) => seen.Message.Name != ".";
    }

    public void Change(string[] words)
    {
        switch (words[0])
        {
            case "rule":
                _forwarding.Forwards.Add($"{words[1]}={_upstream.EndPoint}");
                _server.Services.GetRequiredService<Forwarder>().Apply(_forwarding);
                break;
            case "not-ready":
                _status.IsReady = false;
                break;
            case "ready":
                _status.IsReady = true;
                break;
            case "machine":
                // The true machine has nothing more to say.
                _server.Services.GetRequiredService<NetworkWatch>().Dispose();
                _server.Services.GetRequiredService<OwnNetworks>().Follow(AnswerSetup.Machine(words));
                break;
            case "wait":
                _server.Displacement.Advance(long.Parse(words[1], CultureInfo.InvariantCulture));
                break;
            default:
                throw new FormatException($"'{string.Join(' ', words)}'?");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }
}
