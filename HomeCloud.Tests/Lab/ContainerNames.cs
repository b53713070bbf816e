using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Probing;

namespace HomeCloud.Tests.Lab;

/// <summary>Compares what the laptop learns by name with what <c>docker inspect</c> says on every server that is on.</summary>
internal sealed class ContainerNames : IDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(30);
    private readonly HomeLab _lab;
    private readonly string _nameServer;
    private readonly StubResolver _stub;

    public ContainerNames(HomeLab lab, string nameServer = Lan.Router4)
    {
        _lab = lab;
        _nameServer = nameServer;
        _stub = StubResolver.OnLaptop(lab, nameServer);
    }

    public void Dispose() => _stub.Dispose();

    public static IPAddress IPv4(IEnumerable<IPAddress> addresses) => addresses.Single(a => a.AddressFamily == AddressFamily.InterNetwork);

    public StubAnswer Ask(string container) => _stub.Ask(container + ".home");

    /// <summary>Starts a container while a second thread asks for its name every millisecond.</summary>
    /// <returns>How long after <c>docker start</c> returned the answer was right; zero when it was right before.</returns>
    public async Task<TimeSpan> StartAsync(DockerEngine engine, string container)
    {
        using var watch = new FirstAddress(_lab, _nameServer, container + ".home", SettleLimit);
        await engine.DockerAsync(["start", container]);
        var returned = Stopwatch.GetTimestamp();
        var (answer, at) = watch.Wait();
        answer.Is(IPv4(await engine.AddressesAsync(container))).Should().BeTrue($"{container}.home should be as docker inspect says and is {answer}");
        return at <= returned ? TimeSpan.Zero : Stopwatch.GetElapsedTime(returned, at);
    }

    public async Task BecomesAsync(string name, IPAddress address) => await SettlesAsync(name, a => a.Is(address), address.ToString());

    public async Task BecomesNxDomainAsync(string name) => await SettlesAsync(name, a => a.Code == StubAnswer.NameError, "NXDOMAIN");

    /// <summary>
    /// Waits until every running container resolves to exactly its addresses, forward and reverse, every stopped one
    /// exists without an address, and the names in <paramref name="gone"/> do not exist.
    /// </summary>
    public async Task EqualDockerInspectAsync(IReadOnlyCollection<string>? gone = null)
    {
        IReadOnlyList<string> wrong = [];
        var settled = await Poll.UntilAsync(
            async () => (wrong = await DifferencesAsync(gone ?? [])).Count == 0,
            SettleLimit);
        settled.Should().BeTrue("DNS should equal docker inspect: " + string.Join("; ", wrong));
    }

    private async Task SettlesAsync(string name, Func<StubAnswer, bool> right, string expected) =>
        (await Poll.UntilAsync(() => right(Ask(name)), SettleLimit)).Should().BeTrue($"{name}.home should be {expected} and is {Ask(name)}");

    private async Task<IReadOnlyList<string>> DifferencesAsync(IReadOnlyCollection<string> gone)
    {
        var wrong = new List<string>();
        foreach (var server in _lab.Servers.Where(s => s.Machine.Pid != 0))
        {
            foreach (var container in await server.Engine.InspectAsync())
            {
                if (!container.Running && Ask(container.Name) is var stopped && (stopped.Code != StubAnswer.NoError || !stopped.Addresses.IsEmpty))
                    wrong.Add($"{container.Name} is {stopped}, not stopped");
                if (container.Running)
                    wrong.AddRange(container.Addresses.SelectMany(a => Differences(container.Name, a)));
            }
        }

        wrong.AddRange(gone.Where(n => Ask(n).Code != StubAnswer.NameError).Select(n => $"{n} is {Ask(n)}, not NXDOMAIN"));
        return wrong;
    }

    private IEnumerable<string> Differences(string name, IPAddress address)
    {
        var kind = address.AddressFamily == AddressFamily.InterNetwork ? RecordKind.A : RecordKind.Aaaa;
        if (_stub.Ask(name + ".home", kind) is var forward && !forward.Is(address))
            yield return $"{name} {kind} is {forward}, not {address}";
        if (_stub.AskReverse(address) is var reverse && !reverse.IsName(name + ".home."))
            yield return $"{address} is {reverse}, not {name}";
    }
}
