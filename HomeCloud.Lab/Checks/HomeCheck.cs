using System.Net.Sockets;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Services;
using HomeCloud.Lab.Setting;
using static HomeCloud.Lab.Checks.LaptopTools;

namespace HomeCloud.Lab.Checks;

/// <summary>What HomeCloud promises, shown on a lab with the tools a person would use.</summary>
public sealed class HomeCheck : IDisposable
{
    private readonly HomeLab _lab;
    private readonly LaptopTools _laptop;
    private string _address = "";

    public HomeCheck(HomeLab lab)
    {
        _lab = lab;
        _laptop = new(lab);
    }

    public IReadOnlyList<HomeCheckStep> Steps =>
    [
        new("docker run --name airplay; dig airplay.home", StartAsync),
        new("dig AAAA airplay.home", AskIPv6Async),
        new("dig -x, its address", AskReverseAsync),
        new("dig www.example.com, through router and HomeCloud", () => AskOutsideAsync()),
        new("dig +tcp www.example.com", () => AskOutsideAsync("+tcp")),
        new("dig TXT big.example.com, too large for UDP", AskBigAsync),
        new("dig missing.example.com", AskMissingAsync),
        .. HouseRules.Apply(_lab.Options) ? Rules : [],
        new("ssh airplay.home, port 22", () => LogInAsync(22)),
        new("ssh -p 2222 airplay.home", () => LogInAsync(2222)),
        new("curl http://airplay.home:8080/", FetchAsync),
        new("the server reaches its container", FromServerAsync),
        new("the container reaches its server", FromContainerAsync),
        new("docker run --name nas, a second one", SecondAsync),
        new("docker rename nas media", RenameAsync),
        new("docker stop media; dig explains", StopAsync),
        new("docker start media", RestartAsync),
        new("docker rm -f media", RemoveAsync),
        .. _lab.Server.Engine.Choice.IsPodman ? NoSleep : Sleep,
        new("no name of the home was asked outside", KeepsSecretsAsync),
    ];

    private HomeCheckStep[] Rules =>
    [
        new($"dig {HouseRules.Blocked}, on a block list", AskBlockedAsync),
        new($"dig +dnssec {SignedNames.Good.TrimEnd('.')}, signed", AskSignedAsync),
        new($"dig {SignedNames.Bogus.TrimEnd('.')}, forged on its way", AskBogusAsync),
        new($"dig {HouseRules.Own}, which is {HouseRules.OwnTarget} at home", AskOwnAsync),
    ];

    private HomeCheckStep[] Sleep =>
    [
        new("homecloud sleep airplay; it keeps its address", SleepAsync),
        new("ssh airplay.home wakes it", () => LogInAsync(22)),
        new("curl by its address, asleep again: a packet wakes it", WakeByPacketAsync),
    ];

    private HomeCheckStep[] NoSleep => [new("homecloud sleep airplay, on Podman", RefusesToSleepAsync)];

    public void Dispose() => _laptop.Dispose();

    private async Task<string> StartAsync()
    {
        await _lab.Server.Engine.RunBoxAsync("airplay");
        var time = await SettledAsync("airplay");
        _address = (await AddressAsync("airplay")).ToString();
        Expect("dig", _address, await _laptop.DigAsync("+short", "airplay.home"));
        return $"{_address}, correct {time}";
    }

    private async Task<string> AskIPv6Async()
    {
        var address = (await AddressAsync("airplay", AddressFamily.InterNetworkV6)).ToString();
        Expect("dig", address, await _laptop.DigAsync("+short", "AAAA", "airplay.home"));
        return address;
    }

    private async Task<string> AskReverseAsync()
    {
        Expect("dig -x", "airplay.home.", await _laptop.DigAsync("+short", "-x", _address));
        return $"{_address} is airplay.home.";
    }

    private async Task<string> AskOutsideAsync(params string[] options)
    {
        var expected = OutsideNames.PlainAddress.ToString();
        Expect("dig", expected, await _laptop.DigAsync([.. options, "+short", OutsideNames.Plain]));
        return expected;
    }

    private async Task<string> AskBigAsync()
    {
        var records = (await _laptop.DigAsync("+short", "TXT", OutsideNames.Big)).Split('\n').Count(l => l.Contains("xxx", StringComparison.Ordinal));
        Expect("dig", "40 records", $"{records} records");
        return "40 records, over TCP after truncation";
    }

    private async Task<string> AskMissingAsync()
    {
        Expect("dig", "status: NXDOMAIN", await _laptop.DigAsync(OutsideNames.Missing));
        return "NXDOMAIN";
    }

    private async Task<string> AskBlockedAsync()
    {
        var dig = await AskHomeCloudAsync(HouseRules.Blocked);
        Expect("dig", $"EDE: 15 (Blocked): (list {HouseRules.BlockList}: ", dig);
        Expect("dig", "0.0.0.0", dig);
        return $"0.0.0.0, blocked by the list {HouseRules.BlockList}";
    }

    private async Task<string> AskSignedAsync()
    {
        var dig = await AskHomeCloudAsync("+dnssec", SignedNames.Good);
        Expect("dig", " ad;", dig);
        Expect("dig", OutsideNames.PlainAddress.ToString(), dig);
        return $"{OutsideNames.PlainAddress}, authentic (AD)";
    }

    private async Task<string> AskBogusAsync()
    {
        var dig = await AskHomeCloudAsync(SignedNames.Bogus);
        Expect("dig", "status: SERVFAIL", dig);
        Expect("dig", $"EDE: 6 (DNSSEC Bogus): (the signature of A of {SignedNames.Bogus} is wrong", dig);
        return "SERVFAIL: its signature is wrong";
    }

    private async Task<string> AskOwnAsync()
    {
        Expect("dig", _address, await AskHomeCloudAsync("+short", HouseRules.Own));
        return _address;
    }

    /// <summary>As devices do that have its address by DHCP: a router that forwards may drop these addresses from answers.</summary>
    private Task<string> AskHomeCloudAsync(params string[] question) => _laptop.DigAsync([$"@{Lan.Server4(0)}", .. question]);

    private async Task<string> LogInAsync(int port)
    {
        Expect("ssh", "airplay", await _laptop.SshAsync("airplay.home", port, "hostname"));
        return "logged in to airplay";
    }

    private async Task<string> FetchAsync()
    {
        var page = await _laptop.CurlAsync("http://airplay.home:8080/");
        Expect("curl", "Hello from airplay", page);
        return page;
    }

    private async Task<string> FromServerAsync()
    {
        var page = (await _lab.Server.Machine.RunAsync(["curl", "--silent", "--show-error", "--max-time", "5", "http://airplay.home:8080/"])).OrFail().Output.Trim();
        Expect("curl on the server", "Hello from airplay", page);
        return page;
    }

    private async Task<string> FromContainerAsync()
    {
        var answer = await _lab.Server.Engine.DockerAsync(["exec", "airplay", "nslookup", "airplay.home", Lan.Server4(0)]);
        Expect("nslookup in the container", _address, answer);
        return $"airplay asked {Lan.Server4(0)}";
    }

    private async Task<string> SecondAsync()
    {
        await _lab.Server.Engine.RunBoxAsync("nas");
        return $"{await AddressAsync("nas")}, correct {await SettledAsync("nas")}";
    }

    private async Task<string> RenameAsync()
    {
        var address = await AddressAsync("nas");
        await _lab.Server.Engine.DockerAsync(["rename", "nas", "media"]);
        var time = await _laptop.ResolvesAsync("media.home", address);
        await _laptop.SettlesAsync("nas.home", a => a.Code == StubAnswer.NameError, "NXDOMAIN");
        Expect("dig", "status: NXDOMAIN", await _laptop.DigAsync("nas.home"));
        return $"media.home correct {time}, nas.home is NXDOMAIN";
    }

    private async Task<string> StopAsync()
    {
        await _lab.Server.Engine.DockerAsync(["stop", "media"]);
        var time = await _laptop.SettlesAsync("media.home", a => a.Code == StubAnswer.NoError && a.Addresses.IsEmpty, "NODATA");
        var dig = await _laptop.DigAsync("media.home");
        var explanation = dig.Split('\n').FirstOrDefault(l => l.StartsWith("; EDE:", StringComparison.Ordinal))
            ?? throw new CheckFailedException("dig shows no Extended DNS Error:\n" + dig);
        return $"no address {time}; \"{explanation[2..].Trim()}\"";
    }

    private async Task<string> RestartAsync()
    {
        await _lab.Server.Engine.DockerAsync(["start", "media"]);
        return $"correct {await SettledAsync("media")}";
    }

    private async Task<string> RemoveAsync()
    {
        await _lab.Server.Engine.DockerAsync(["rm", "--force", "media"]);
        return $"NXDOMAIN {await _laptop.SettlesAsync("media.home", a => a.Code == StubAnswer.NameError, "NXDOMAIN")}";
    }

    private async Task<string> RefusesToSleepAsync()
    {
        var refused = await _lab.Server.Machine.RunAsync([Executables.Cli, "sleep", "airplay"]);
        Expect("homecloud sleep", "Podman", refused.Error);
        return "refused: a stopped container would come back at another address";
    }

    private async Task<string> SleepAsync()
    {
        (await _lab.Server.Machine.RunAsync([Executables.Cli, "sleep", "airplay"])).OrFail();
        Expect("dig TXT", "state=asleep", await _laptop.DigAsync("+short", "TXT", "airplay.home"));
        return $"{_address} is kept, {((await _lab.Server.Engine.InspectAsync()).Single(c => c.Name == "airplay").Running ? "but it runs" : "the container is stopped")}";
    }

    private async Task<string> WakeByPacketAsync()
    {
        await SleepAsync();
        // Its kernel answers before its programs listen.
        var page = (await _lab.Laptop.RunAsync(["curl", "--silent", "--show-error", "--max-time", "10", "--retry", "5", "--retry-all-errors", "--retry-delay", "1", $"http://{_address}:8080/"])).OrFail().Output.Trim();
        Expect("curl", "Hello from airplay", page);
        return page;
    }

    private Task<string> KeepsSecretsAsync()
    {
        var asked = _lab.QuestionsThatLeftTheHouse();
        var leaked = asked.FirstOrDefault(q => q.Contains(".home. ", StringComparison.OrdinalIgnoreCase)
            || (q.Contains(".arpa. ", StringComparison.OrdinalIgnoreCase) && !q.Contains($" {OutsideNames.OfTheNetwork} ", StringComparison.OrdinalIgnoreCase)));
        return leaked is null
            ? Task.FromResult($"{asked.Count} questions left the home, none of them ours")
            : throw new CheckFailedException("the upstream was asked: " + leaked);
    }

    private async Task<System.Net.IPAddress> AddressAsync(string container, AddressFamily family = AddressFamily.InterNetwork) =>
        (await _lab.Server.Engine.AddressesAsync(container)).FirstOrDefault(a => a.AddressFamily == family)
        ?? throw new CheckFailedException($"{container} has no {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address on the LAN");

    private async Task<string> SettledAsync(string container)
    {
        // The clock starts before the inspection, which is ours and not the visitor's.
        var address = await AddressAsync(container);
        return await _laptop.ResolvesAsync(container + ".home", address);
    }
}

/// <param name="Title">What a person would do: often the very command.</param>
/// <param name="RunAsync">Does it; returns what came out, in a few words. Throws <see cref="CheckFailedException"/> or <see cref="LabException"/> when that is wrong.</param>
public sealed record HomeCheckStep(string Title, Func<Task<string>> RunAsync);
