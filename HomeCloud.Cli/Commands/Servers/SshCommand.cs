using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>ssh NAME [-- COMMAND]</c>.</summary>
internal static class SshCommand
{
    private const string Program = "ssh";

    public static Command Create()
    {
        var name = NameArguments.OfServer();
        var words = new Argument<string[]>("command") { Description = "Command to run on the server, after --", Arity = ArgumentArity.ZeroOrMore };
        // For ./homecloud: the agent's container, where this runs, has no ssh.
        var print = new Option<bool>("--print") { Hidden = true };
        var command = new Command("ssh", "Open a shell on a server.") { name, words, print };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var server = await client.GetAsync<ServerInfo>($"servers/{Uri.EscapeDataString(parse.GetRequiredValue(name))}", cancellationToken);
            if (server.StartedAt is null)
                throw new UserErrorException($"{server.Name} is {Show.StateWords(server)}.", $"Start it: homecloud start {server.Name}", ExitCodes.Failure);

            if (server.SshTo is not { } to)
                throw new UserErrorException($"{server.Name} has no ssh port.", $"Open a shell in the container: docker exec -it {server.Name} sh", ExitCodes.Failure);

            var arguments = SshArguments.For(to, server.Addresses, parse.GetValue(words) ?? []);
            if (parse.GetValue(print))
            {
                Print(arguments, parse.InvocationConfiguration.Output);
                return ExitCodes.Success;
            }

            using var process = Start(arguments);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        });
        return command;
    }

    /// <summary>Each word ends with a NUL, which none can contain: the words of a command may have spaces and line ends.</summary>
    private static void Print(string[] arguments, TextWriter output)
    {
        foreach (var word in arguments.Prepend(Program))
            output.Write(word + '\0');
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(Program, arguments))!;
        }
        catch (Win32Exception error)
        {
            throw new UserErrorException($"ssh cannot be started ({error.Message}).", "Install openssh-client.", ExitCodes.Failure);
        }
    }
}
