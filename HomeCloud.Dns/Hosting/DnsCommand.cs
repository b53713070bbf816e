using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Hosting.Systemd;
using HomeCloud.Net.Options;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Dns.Hosting;

/// <summary>The executable <c>homecloud-dns</c>: reads its options, runs until told to stop. Problems are one line each on standard error; exit code 2 for wrong options, else 1.</summary>
public static class DnsCommand
{
    private const string Name = "homecloud-dns";

    /// <summary>Read by System.Net.Sockets when its first socket is made.</summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static async Task<int> RunAsync(string[] args)
    {
        // Nothing in this process blocks a continuation of a socket, so it may run on the thread that polled:
        // a TCP query then wakes one thread and not two. A variable that is set stays.
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");

        using var hangUp = new HangUpSignal();
        return PlainArguments.TryRead(args, DnsServerOptions.Rows, out var plain, out var file)
            ? await RunAsync(() => plain, file, hangUp)
            : await ParseAsync(args, hangUp);
    }

    private static async Task<int> ParseAsync(string[] args, HangUpSignal hangUp)
    {
        var layer = new CommandLineLayer(DnsServerOptions.Rows);
        var config = new Option<string?>(PlainArguments.Config, "-c") { HelpName = "FILE", Description = "JSON file with any of these options (example: { \"listen\": [\"192.168.1.5:53\"] })." };
        var command = new RootCommand("The DNS server of HomeCloud. Each option is also an environment variable (HOMECLOUD_DATA_DIR for --data-dir) and a key of the --config file. For a running server: 'homecloud-dns probe' checks whether it is ready, 'homecloud-dns cache dump|flush [NAME]' shows or empties its cache, 'homecloud-dns block ls|test NAME|update' tells about block lists, 'homecloud-dns records ls|add|rm' shows and changes updated records, 'homecloud-dns reload' reads its configuration again.");
        command.Options.Add(config);
        foreach (var option in layer.Options)
            command.Options.Add(option);
        command.SetAction((result, _) => RunAsync(() => layer.Read(result), result.GetValue(config), hangUp));

        // The program stops by itself: the library would end it after two seconds, with a code that says failure.
        var parsed = command.Parse(args);
        if (parsed.Action is HelpAction || CommandLineProblems.First(parsed, args, Name) is not { } problem)
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

        Console.Error.WriteLine(problem.ToText(Name));
        return problem.ExitCode;
    }

    private static async Task<int> RunAsync(Func<OptionLayer> commandLine, string? file, HangUpSignal hangUp)
    {
        var source = new OptionSource(() =>
        {
            var read = new DnsServerOptions();
            return (read, OptionReader.ReadAll(DnsServerOptions.Rows, read, o => o.Validate(), commandLine(), file));
        });
        var pause = StartPause.FromEnvironment();
        var (options, problems) = source.Read();
        var exitCode = problems.Count > 0 ? Fail(problems, ExitCodes.Usage) : await ServeAsync(options, source, hangUp, pause);
        if (exitCode != 0)
            await StartPause.WaitAsync(pause.Next());
        return exitCode;
    }

    private static async Task<int> ServeAsync(DnsServerOptions options, OptionSource source, HangUpSignal hangUp, StartPause pause)
    {
        try
        {
            var services = new ServiceCollection();
            services.AddLogging(logging => logging.AddServerConsole(options));
            services.AddSingleton(source);
            services.AddSingleton(hangUp);
            services.AddHomeCloudDns(options);
            await using var host = new ServerHost(services);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, host));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, host));
            await StartAsync(host);
            pause.Forget();
            StartGarbage.Free();
            await host.WaitForStopAsync();
            await host.StopAsync();
            return host.HasFailed ? 1 : 0;
        }
        catch (Exception exception) when (StartProblem.Describe(exception) is { } lines)
        {
            return Fail(lines);
        }
    }

    private static async Task StartAsync(ServerHost host)
    {
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.StopAsync();
            throw;
        }
    }

    private static void Stop(PosixSignalContext context, ServerHost host)
    {
        context.Cancel = true;
        host.StopApplication();
    }

    private static int Fail(IEnumerable<string> problems, int exitCode = ExitCodes.Failure)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine($"{Name}: {problem.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
