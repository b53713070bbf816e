using System.CommandLine;
using HomeCloud.Cli;
using HomeCloud.Cli.Localization;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Net.Localization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HomeCloud.Tests.Cli;

/// <summary>The command line's texts in other languages: none is missing, none is left over, none is printed past the catalogue.</summary>
public sealed class CliTextsTests
{
    private const int Limit = 120_000;

    /// <summary>Written by System.CommandLine into every help.</summary>
    internal static readonly string[] OfTheLibrary = ["Description", "Usage", "Arguments", "Options", "Commands", "[options]", "[command]", "default", "Show help and usage information", "Show version information"];

    /// <summary>What it shows is for developers, and English; its help is not.</summary>
    private const string Lab = "HomeCloud.Cli/Commands/Lab/";

    [Fact(Timeout = Limit)]
    public async Task Every_text_for_a_person_has_Japanese_and_nothing_else_has()
    {
        await Task.Yield();
        var (cli, commands) = (PhraseSources.Of("HomeCloud.Cli", "homecloud"), PhraseSources.Of("HomeCloud.Commands", "HomeCloud.Commands"));
        CatalogueHoles.Wrong(Translation.Read("ja")).Should().BeEmpty();
        var known = Translation.Read("ja").Texts.Keys.ToList();
        var wanted = cli.Templates.Concat(commands.Templates).Where(PhraseSources.HasWords).Concat(Described(CommandLine.Create())).Concat(OfTheLibrary).Distinct().ToList();

        cli.Lost.Concat(commands.Lost).Should().BeEmpty();
        string.Join('\n', wanted.Except(known)).Should().BeEmpty("each needs its line in HomeCloud.Cli/Texts/ja.json");
        string.Join('\n', known.Except(wanted)).Should().BeEmpty("nothing says it any more");
    }

    /// <summary>A literal with words in it that goes to the terminal as it is was forgotten.</summary>
    [Fact]
    public void No_literal_is_printed_past_the_catalogue() =>
        Directory.EnumerateFiles(Path.Combine(Documents.Root(), "HomeCloud.Cli"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Documents.Root(), file))
            .Where(file => !file.StartsWith(Lab, StringComparison.Ordinal))
            .SelectMany(file => Printed(file, File.ReadAllText(Path.Combine(Documents.Root(), file))))
            .Should().BeEmpty();

    [Theory]
    [InlineData("Console.Out.WriteLine(\"Done now.\");", true)]
    [InlineData("AnsiConsole.MarkupLine($\"{a} is [bold]ready[/]\");", true)]
    [InlineData("AnsiConsole.MarkupLine($\"[bold]{a}[/] → {b}\");", false)]
    [InlineData("Console.Out.WriteLine(Translation.Text(\"Done now.\"));", false)]
    public void The_rule_finds_what_it_is_for(string code, bool isFound) => Printed("Some.cs", $"class Some {{ void Run() {{ {code} }} }}").Any().Should().Be(isFound);

    private static IEnumerable<string> Printed(string file, string code) =>
        from call in CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "WriteLine" or "WriteLineAsync" or "Write" or "Markup" or "MarkupLine" or "Confirm" or "AddColumns" or "AddColumn" }
        from argument in call.ArgumentList.Arguments
        where Words(argument.Expression).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('.', ',', ':', ';', '?', '!')).Any(word => word.Length > 3 && word.All(char.IsAsciiLetter))
        select $"{file}: {argument}";

    /// <summary>What a literal says, without its markup and holes.</summary>
    private static string Words(ExpressionSyntax expression)
    {
        var text = expression switch
        {
            LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal => literal.Token.ValueText,
            InterpolatedStringExpressionSyntax filled => string.Concat(filled.Contents.OfType<InterpolatedStringTextSyntax>().Select(part => part.TextToken.ValueText)),
            _ => "",
        };
        return string.Concat(text.Split('[').Select((part, at) => at == 0 ? part : part[(part.IndexOf(']', StringComparison.Ordinal) + 1)..]));
    }

    internal static IEnumerable<string> Described(Command command) =>
        command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command).Where(symbol => !symbol.Hidden).Select(symbol => symbol.Description!)
            .Concat(command.Subcommands.Where(inner => !inner.Hidden).SelectMany(Described));
}
