using System.Diagnostics;
using System.Net;
using System.Text;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Commands;
using HomeCloud.Net.Files;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary><c>homecloud network create</c>: looks, proposes, explains, asks, makes.</summary>
public sealed class NetworkCommand(EngineClient engine, ILanReader lan, IDhcpProbe dhcp, IAddressScan scan, TextWriter output, TextWriter error, Func<string?> readLine)
{
    private const int DhcpSamples = 12;
    private TextWriter _words = TextWriter.Null;

    public async Task<int> RunAsync(NetworkRequest request, CancellationToken cancellationToken)
    {
        _words = request.Json ? error : output;
        try
        {
            return await CreateAsync(request, cancellationToken);
        }
        catch (DockerException refused)
        {
            throw new UserErrorException(PlainText.Lines(refused.Message), "Check that Docker runs: sudo systemctl status docker", ExitCodes.Away);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new UserErrorException(PlainText.Lines(refused.Message), "Run it as root.", ExitCodes.Refused);
        }
        catch (IOException refused)
        {
            throw new UserErrorException(PlainText.Lines(refused.Message), "", ExitCodes.Failure);
        }
    }

    private async Task<int> CreateAsync(NetworkRequest request, CancellationToken cancellationToken)
    {
        // Said before anything is made.
        if (request.EnvironmentFile is { } settings)
            await EnvironmentFile.ReadAsync(settings, cancellationToken);
        // Asked before the LAN is searched: without an engine there is no use in waiting.
        var existing = await engine.FindAsync(
            $"GET /networks/{request.Name}", (docker, token) => docker.Networks.InspectNetworkAsync(Uri.EscapeDataString(request.Name), token), cancellationToken);
        request.Exists = existing is not null;
        var facts = await LookAsync(cancellationToken);
        var (proposal, refusal) = NetworkPlanner.Plan(facts, request);
        if (proposal is null)
            throw new UserErrorException(refusal!.Reason, refusal.Fix, ExitCodes.Conflict);

        if (existing is not null)
            await _words.WriteLineAsync($"Docker already has a network '{request.Name}' ({existing.Driver}, parent {NetworkFacts.Option(existing, "parent")}); nothing was changed.");
        else
            await _words.WriteLineAsync(Describe(proposal));
        if (request.DryRun)
            return await ReportAsync(request, new NetworkOutcome(proposal, existing is not null, Made: false, EnvironmentFile: null));
        if (!request.Yes && !await AgreedAsync(existing is null ? $"Create the network '{request.Name}'?" : "Write the settings?"))
            throw new UserErrorException("nothing was created.", "", ExitCodes.Failure);

        if (existing is null)
        {
            await engine.AskAsync("POST /networks/create", (docker, token) => docker.Networks.CreateNetworkAsync(Macvlan(proposal, Reserved(facts, proposal)), token), cancellationToken);
            await _words.WriteLineAsync($"Created the network '{proposal.Name}'.");
        }

        if (request.EnvironmentFile is { } file)
            await WriteSettingsAsync(file, proposal, cancellationToken);
        return await ReportAsync(request, new NetworkOutcome(proposal, existing is not null, existing is null, request.EnvironmentFile));
    }

    private async Task<int> ReportAsync(NetworkRequest request, NetworkOutcome outcome)
    {
        if (request.Json)
            await output.WriteLineAsync(outcome.ToJson());
        return 0;
    }

    private async Task<LanFacts> LookAsync(CancellationToken cancellationToken)
    {
        var interfaces = lan.Interfaces();
        var route = lan.DefaultRoute();
        if (route is not { } found || LanInterface.Find(interfaces, found.Interface)?.IPv4 is not { } own)
            return new LanFacts(interfaces, route, [], new HashSet<IPAddress>());
        await _words.WriteLineAsync($"Checking the LAN of {found.Interface}: which machines answer, and what the router's DHCP server offers …");
        var offers = await dhcp.AskAsync(found.Interface, DhcpSamples, cancellationToken);
        var subnet = IPv4Arithmetic.NetworkOf(own.Address, own.PrefixLength);
        var answering = await scan.AnsweringAsync(NetworkPlanner.WorthAsking(subnet), cancellationToken);
        return new LanFacts(interfaces, route, offers, answering.ToHashSet());
    }

    private static NetworksCreateParameters Macvlan(NetworkProposal proposal, Dictionary<string, string> reserved) => new()
    {
        Name = proposal.Name,
        Driver = "macvlan",
        Options = new Dictionary<string, string> { ["parent"] = proposal.Parent },
        IPAM = new IPAM
        {
            Driver = "default",
            Config = [new IPAMConfig { Subnet = proposal.Subnet.ToString(), Gateway = proposal.Gateway.ToString(), IPRange = proposal.Range.ToString(), AuxAddress = reserved }],
        },
    };

    private static Dictionary<string, string> Reserved(LanFacts facts, NetworkProposal proposal) => facts.Answering
        .Where(proposal.Range.Contains)
        .Select((address, number) => ($"taken{number + 1}", address.ToString()))
        .ToDictionary();

    private static string Describe(NetworkProposal proposal) =>
        string.Join('\n', proposal.Reasons.Select(reason => "  - " + reason))
        + $"\n\n  docker network create -d macvlan -o parent={proposal.Parent} --subnet {proposal.Subnet} --gateway {proposal.Gateway} --ip-range {proposal.Range} {proposal.Name}\n";

    private async Task<bool> AgreedAsync(string question)
    {
        await _words.WriteAsync(question + " [y/N] ");
        await _words.FlushAsync();
        return readLine() is { } answer
            ? answer.Trim().ToLowerInvariant() is "y" or "yes"
            : throw new UserErrorException("there is no terminal to ask for confirmation.", "Add --yes.", ExitCodes.Usage);
    }

    private async Task WriteSettingsAsync(string file, NetworkProposal proposal, CancellationToken cancellationToken)
    {
        var existing = await EnvironmentFile.ReadAsync(file, cancellationToken);
        var host = (await engine.InfoAsync(cancellationToken)).Name ?? "server";
        var merged = EnvironmentFile.Merge(existing, EnvironmentFile.Settings(proposal, host.Split('.')[0].ToLowerInvariant(), SocketGroup()));
        // It holds a password.
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(merged), secret: true);
        await EnvironmentFile.GiveToFolderOwnerAsync(file, cancellationToken);
        await _words.WriteLineAsync($"Wrote {file}; existing settings are kept. Next:  docker compose up -d && docker compose exec agent homecloud setup-link --wait");
        // Nothing here tells such a machine apart: it makes its network and settings before it gets those of the first one.
        await _words.WriteLineAsync("If this machine joins a home, first copy the settings for Redis of the first machine (docs/several-machines.md). Next is then:  docker compose -f compose.join.yaml up -d");
    }

    /// <summary>The group that owns the engine's socket; .NET does not tell, coreutils does.</summary>
    private string? SocketGroup()
    {
        if (engine.Endpoint.SocketPath is not { } path)
            return null;
        try
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%g", path]) { RedirectStandardOutput = true });
            return stat?.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } group ? group : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
