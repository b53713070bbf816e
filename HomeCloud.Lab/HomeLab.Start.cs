using System.Net;
using System.Text.Json;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Services;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab;

public sealed partial class HomeLab
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    /// <summary>Makes a home and waits until everything in it is ready.</summary>
    /// <exception cref="LabException">This machine cannot hold a lab, or a part did not start.</exception>
    public static async Task<HomeLab> StartAsync(LabOptions options, ILabProgress progress, CancellationToken cancellationToken)
    {
        options.Validate();
        Requirements.Check();
        await DebianPackages.EnsureAsync(options.Shape == LabShape.Redis, progress, cancellationToken);
        if (options.SharedAddress)
            await DebianPackages.EnsureAsync([SharedDnsAddress.Package], progress, cancellationToken);
        await Requirements.CheckKernelAsync(cancellationToken);
        await LabRemains.SweepAsync(cancellationToken);
        if (ProcessTable.FindInit(options.Id, Keeper.LabRole) is not null)
            throw new LabException($"A lab named '{options.Id}' is already up; `lab down --name {options.Id}` stops it.");

        if (EngineChoice.Find(options.Engine).Suite is { } suite)
            await new EngineTree(suite).EnsureAsync(progress, cancellationToken);
        var image = await BoxImage.EnsureAsync(progress, cancellationToken);
        var lab = new HomeLab(options, new Keeper(options.Id));
        try
        {
            await lab.BuildAsync(image, progress, cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync(string image, ILabProgress progress, CancellationToken cancellationToken)
    {
        var servers = Options.Servers == 1 ? "server" : $"{Options.Servers} servers";
        await progress.StepAsync($"Machines: switch, internet, router, {servers}, laptop", async () =>
        {
            var init = await _keeper!.StartAsync(cancellationToken);
            await File.WriteAllTextAsync(Paths.Description, JsonSerializer.Serialize(Options, LabJson.Default.LabOptions), cancellationToken);
            await EngineProgram.PrepareAsync(EngineChoice.Find(Options.Engine), Paths, cancellationToken);
            await Task.WhenAll(Machines.Select(m => m.StartAsync(init, cancellationToken)));
        });
        await progress.StepAsync("Cables, bridges and addresses (IPv4 and IPv6)", () => ConnectAsync(cancellationToken));
        await progress.StepAsync($"{Server.Engine.Choice.Label}, image and macvlan network; router's DNS; upstream DNS", async () =>
        {
            await StartOutsideAsync(cancellationToken);
            await Task.WhenAll(Servers.Select(s => StartEngineAsync(s, image, Options.Shape, cancellationToken)));
        });
        if (Options.Shape == LabShape.Bare)
            return;
        await progress.StepAsync(
            Options.Shape == LabShape.Redis ? "Redis, HomeCloud's agent and its DNS server" : "HomeCloud: one process, agent and DNS server",
            () => StartHomeCloudAsync(cancellationToken));
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await Cabling.SwitchAsync(Switch, cancellationToken);
        foreach (var machine in Machines.Except([Switch, Internet]))
            await Cabling.PlugAsync(Switch, machine, cancellationToken);
        await Task.WhenAll(
        [
            Cabling.InternetAsync(Router, Internet, cancellationToken),
            Cabling.LaptopAsync(Laptop, cancellationToken),
            .. Servers.Select(s => Cabling.ServerAsync(s.Machine, s.Index, cancellationToken)),
        ]);
    }

    private async Task StartOutsideAsync(CancellationToken cancellationToken)
    {
        using var key = LabKey.Create();
        _anchor = key.Anchor;
        await File.WriteAllTextAsync(HomeCloudServices.RootKey(Internet), key.Pem, cancellationToken);
        var nameservers = Enumerable.Range(0, HomeCloudServices.NameServers(Options)).Select(Lan.Server4);
        RouterForwarder = await RouterDns.PrepareAsync(Router, nameservers, cancellationToken);
        await Task.WhenAll(RouterForwarder.StartAsync(cancellationToken), Upstream.StartAsync(cancellationToken));
    }

    private static async Task StartEngineAsync(LabServer server, string image, LabShape shape, CancellationToken cancellationToken)
    {
        await server.Engine.StartAsync(cancellationToken);
        await server.Engine.ReadyAsync(cancellationToken);
        await server.Engine.FurnishAsync(image, withNetwork: shape != LabShape.Bare, cancellationToken);
    }

    private async Task StartHomeCloudAsync(CancellationToken cancellationToken)
    {
        foreach (var redis in Servers.Select(s => s.Redis).OfType<Daemon>())
            await redis.StartAsync(cancellationToken);
        foreach (var server in Servers)
            await HouseRules.WriteAsync(server.Machine, _anchor, cancellationToken);
        await Task.WhenAll(Servers.SelectMany(s => (Daemon?[])[s.Agent, s.Dns]).OfType<Daemon>().Select(d => d.StartAsync(cancellationToken)));
        await Task.WhenAll(Servers.Select(s => NameServerReadyAsync(s, cancellationToken)));
        await SharedAddressReadyAsync(cancellationToken);
        await RouterForwarder!.ReadyAsync(() => Task.FromResult(Ask(Lan.Router4, OutsideNames.Plain).Is(OutsideNames.PlainAddress)), ReadyLimit, cancellationToken);
    }

    private Task NameServerReadyAsync(LabServer server, CancellationToken cancellationToken) =>
        server.NameServer?.ReadyAsync(() => Task.FromResult(Ask(Lan.Server4(server.Index), "home.").Code == StubAnswer.NoError), ReadyLimit, cancellationToken)
        ?? Task.CompletedTask;

    private async Task SharedAddressReadyAsync(CancellationToken cancellationToken)
    {
        foreach (var server in Servers.Where(server => server.Keepalived is not null))
        {
            await SharedDnsAddress.ConfigureAsync(server.Machine, server.Index, cancellationToken);
            await server.Keepalived!.StartAsync(cancellationToken);
        }

        if (Server.Keepalived is { } first)
            await first.ReadyAsync(() => Task.FromResult(Ask(Lan.Shared4, "home.").Code == StubAnswer.NoError), ReadyLimit, cancellationToken);
    }

    private StubAnswer Ask(string server, string name)
    {
        using var stub = new StubResolver(Laptop, new(IPAddress.Parse(server), 53));
        return stub.Ask(name, timeoutMilliseconds: 300);
    }
}
