using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Whether both DNS servers say exactly what <c>docker inspect</c> says on every engine: forward, reverse, nothing stale, nothing missing.</summary>
internal sealed class ChaosCheck : IDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(90);

    private readonly HomeLab _lab;
    private readonly ChaosHome _home;
    private readonly StubResolver[] _stubs;

    public ChaosCheck(HomeLab lab, ChaosHome home)
    {
        _lab = lab;
        _home = home;
        _stubs = [.. lab.Servers.Where(server => server.Dns is not null).Select(server => StubResolver.OnLaptop(lab, Lan.Server4(server.Index)))];
    }

    public int Compared { get; private set; }

    public async Task SettlesAsync(string after)
    {
        IReadOnlyList<string> wrong = [];
        var settled = await Poll.UntilAsync(async () => (wrong = await DifferencesAsync()).Count == 0, SettleLimit);
        settled.Should().BeTrue($"after {after} DNS should equal docker inspect: {string.Join("; ", wrong)}");
    }

    public void Dispose()
    {
        foreach (var stub in _stubs)
            stub.Dispose();
    }

    private async Task<List<string>> DifferencesAsync()
    {
        var wanted = new Dictionary<string, HashSet<IPAddress>>();
        var owners = new Dictionary<IPAddress, string>();
        foreach (var server in _lab.Servers)
            await ReadEngineAsync(server, wanted, owners);
        _home.Addresses.UnionWith(owners.Keys);

        var wrong = new List<string>();
        foreach (var stub in _stubs)
        {
            foreach (var (name, addresses) in wanted)
            {
                Compare(stub, name, RecordKind.A, addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork), wrong);
                Compare(stub, name, RecordKind.Aaaa, addresses.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6), wrong);
            }

            foreach (var name in _home.Names.Where(name => !wanted.ContainsKey(name)))
                Expect(stub.Ask(name + ".home"), answer => answer.Code == StubAnswer.NameError, $"{name} is gone", wrong);
            foreach (var address in _home.Addresses)
            {
                var reverse = stub.AskReverse(address);
                if (owners.TryGetValue(address, out var owner))
                    Expect(reverse, answer => answer.IsName(owner + ".home."), $"{address} is {owner}", wrong);
                else
                    Expect(reverse, answer => answer.Code == StubAnswer.NameError, $"{address} is nobody's", wrong);
            }
        }

        return wrong;
    }

    private void Compare(StubResolver stub, string name, RecordKind kind, IEnumerable<IPAddress> addresses, List<string> wrong) =>
        Expect(stub.Ask(name + ".home", kind), answer => answer.Is(addresses), $"{name} {kind} is [{string.Join(", ", addresses)}]", wrong);

    private void Expect(StubAnswer answer, Func<StubAnswer, bool> right, string wanted, List<string> wrong)
    {
        Compared++;
        if (!right(answer))
            wrong.Add($"{wanted}, DNS says {answer}");
    }

    private static async Task ReadEngineAsync(LabServer server, Dictionary<string, HashSet<IPAddress>> wanted, Dictionary<IPAddress, string> owners)
    {
        var running = await server.Engine.AddressesAsync();
        foreach (var (name, addresses) in running)
        {
            wanted[name] = [.. addresses];
            foreach (var address in addresses)
                owners[address] = name;
        }

        foreach (var name in Lines(await server.Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])))
            wanted.TryAdd(name, []);

        // A service of several containers has the addresses of those that run.
        foreach (var line in Lines(await server.Engine.DockerAsync(["ps", "--all", "--filter", "label=com.docker.compose.service", "--format", "{{.Names}} {{.Label \"com.docker.compose.service\"}}.{{.Label \"com.docker.compose.project\"}}"])))
        {
            var words = line.Split(' ');
            if (!wanted.TryGetValue(words[1], out var shared))
                wanted[words[1]] = shared = [];
            shared.UnionWith(running.GetValueOrDefault(words[0]) ?? []);
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
