using System.CommandLine;
using System.CommandLine.Help;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Options;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// <c>homecloud-dns cache dump|flush [NAME]</c>: shows or empties the cache of the server that runs with the same data
/// directory, alone or inside the agent. Exit codes: docs/cli.md.
/// </summary>
public static class CacheCommand
{
    public const string Command = "cache";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>cache</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        // The server's own way to its data directory: command line, environment, file.
        var row = DnsServerOptions.Rows.Single(row => row.Name == "data-dir");
        var layer = new CommandLineLayer([row]);
        var config = new Option<string?>("--config", "-c") { HelpName = "FILE", Description = "The server's JSON file, if it sets the data directory.", Recursive = true };
        var command = new Command(Command, "Show or empty the cache of the running DNS server.");
        command.Options.Add(config);
        foreach (var option in layer.Options)
        {
            option.Recursive = true;
            command.Options.Add(option);
        }

        foreach (var (verb, what) in ((string, string)[])[(ControlRequest.Dump, "Show cached answers: all, or those at and below NAME."), (ControlRequest.Flush, "Remove cached answers: all, or those at and below NAME.")])
        {
            var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne };
            var sub = new Command(verb, what);
            sub.Arguments.Add(name);
            sub.SetAction((result, cancellation) =>
            {
                var options = new DnsServerOptions();
                var problems = OptionReader.ReadAll([row], options, o => o.Validate(), layer.Read(result), result.GetValue(config), isKnownElsewhere: _ => true);
                return problems.Count > 0
                    ? Task.FromResult(Fail(program, new CommandError(ExitCodes.Usage, string.Join("; ", problems) + ".", $"For the options: {program} {Command} --help")))
                    : AskAsync(options.Registry.DataDirectory, $"{verb} {result.GetValue(name)}".TrimEnd(), program, cancellation);
            });
            command.Subcommands.Add(sub);
        }

        // A root, so that usage and --help call the program by its name.
        var root = new RootCommand { command };
        var parsed = root.Parse(args);
        return parsed.Action is not HelpAction && CommandLineProblems.First(parsed, args, program) is { } problem ? Fail(program, problem) : await parsed.InvokeAsync();
    }

    private static async Task<int> AskAsync(string dataDirectory, string request, string program, CancellationToken cancellationToken)
    {
        var path = ControlSocket.PathIn(dataDirectory);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request + "\n"), limit.Token);
            using var reader = new StreamReader(new NetworkStream(socket));
            if (await reader.ReadLineAsync(limit.Token) is var first and not "ok")
                return Fail(program, new CommandError(ExitCodes.Failure, first?.Replace("error: ", "", StringComparison.Ordinal) ?? "the server closed the connection."));
            while (await reader.ReadLineAsync(limit.Token) is { } line)
                Console.WriteLine(line);
            return 0;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AccessDenied)
        {
            return Fail(program, new CommandError(ExitCodes.Refused, $"{path} is accessible to root and the server's own user only.", "Use sudo."));
        }
        catch (Exception error) when (error is SocketException or IOException or ArgumentException)
        {
            return Fail(program, new CommandError(ExitCodes.Away, $"no DNS server answers at {path} ({error.Message}).", "Check that it runs, and that this is its --data-dir."));
        }
        catch (OperationCanceledException)
        {
            return Fail(program, new CommandError(ExitCodes.Away, $"{path}: the server did not answer in time.", "Try again."));
        }
    }

    private static int Fail(string program, CommandError problem)
    {
        Console.Error.WriteLine(problem.ToText(program));
        return problem.ExitCode;
    }
}
