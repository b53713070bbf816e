using System.Text;
using System.Text.RegularExpressions;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Docs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HomeCloud.Tests.Net.Localization;

/// <summary>Every text of a project that becomes a <see cref="Phrase"/>, as the compiler sees it: its templates, and texts that cannot be translated.</summary>
internal sealed partial class PhraseSources
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks; global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private readonly CSharpCompilation _compilation;
    private readonly ITypeSymbol _phrase;
    private readonly SortedSet<string> _templates = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _lost = new(StringComparer.Ordinal);

    /// <param name="assembly">The project's, whose internals others may see.</param>
    /// <param name="files">Path and text of each source.</param>
    /// <param name="says">Whether what a path says is looked at; null: all is.</param>
    public PhraseSources(string assembly, IEnumerable<(string Path, string Text)> files, Func<string, bool>? says = null)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        _compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options), .. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path))],
            References(assembly),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        _phrase = _compilation.GetTypeByMetadataName(typeof(Phrase).FullName!)!;
        foreach (var tree in _compilation.SyntaxTrees.Where(tree => says is null || says(tree.FilePath)))
            Read(tree);
    }

    /// <summary>As they are keys in a catalogue.</summary>
    public IReadOnlySet<string> Templates => _templates;

    /// <summary>Texts that have lost their template before they became phrases: where, and what to do.</summary>
    public IReadOnlySet<string> Lost => _lost;

    public static PhraseSources Of(string project, string assembly, Func<string, bool>? says = null) => new(
        assembly,
        Directory.EnumerateFiles(Path.Combine(Documents.Root(), project), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(Documents.Root(), file), File.ReadAllText(file))),
        says);

    /// <summary>Whether anything in it could be said in another language.</summary>
    public static bool HasWords(string template) => Hole().Replace(template, "").Any(char.IsLetter);

    private static IEnumerable<MetadataReference> References(string assembly) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
            .Select(path => MetadataReference.CreateFromFile(path));

    private void Read(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        foreach (var expression in tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>().Where(Says).SelectMany(member => member.DescendantNodes()).OfType<ExpressionSyntax>())
        {
            var type = model.GetTypeInfo(expression);
            if (expression is CastExpressionSyntax cast && IsPhrase(type.Type))
                Add(cast.Expression, model, isPhrase: true);
            else if (IsPhrase(type.ConvertedType) && !IsPhrase(type.Type))
                Add(expression, model, isPhrase: true);
        }
    }

    /// <summary>A member with a text in it; to look at the others takes long.</summary>
    private static bool Says(MemberDeclarationSyntax member) => member is not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax)
        && member.DescendantNodes(node => node is not AttributeListSyntax).Any(node => node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression));

    private bool IsPhrase(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type?.WithNullableAnnotation(NullableAnnotation.None), _phrase);

    /// <param name="isPhrase">The compiler makes a phrase of this very expression; else of what it is a part of.</param>
    private void Add(ExpressionSyntax expression, SemanticModel model, bool isPhrase)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                Add(inner.Expression, model, isPhrase);
                break;
            case InterpolatedStringExpressionSyntax text when isPhrase:
                _templates.Add(Template(text));
                break;
            case InterpolatedStringExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } when !model.GetConstantValue(expression).HasValue:
                _lost.Add($"{Place(expression)}: cast one side to Phrase: {expression}");
                break;
            case ConditionalExpressionSyntax choice:
                Add(choice.WhenTrue, model, isPhrase: false);
                Add(choice.WhenFalse, model, isPhrase: false);
                break;
            case SwitchExpressionSyntax choice:
                foreach (var arm in choice.Arms)
                    Add(arm.Expression, model, isPhrase: false);
                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice:
                Add(choice.Left, model, isPhrase: false);
                Add(choice.Right, model, isPhrase: false);
                break;
            default:
                AddValue(expression, model);
                break;
        }
    }

    private void AddValue(ExpressionSyntax expression, SemanticModel model)
    {
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string text })
        {
            if (text.Length > 0)
                _templates.Add(Escaped(text));
        }
        else if (model.GetSymbolInfo(expression).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var declared] } && declared.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value })
        {
            Add(value, model, isPhrase: false);
        }
    }

    private static string Template(InterpolatedStringExpressionSyntax text)
    {
        var template = new StringBuilder();
        var hole = 0;
        foreach (var part in text.Contents)
        {
            if (part is InterpolationSyntax { AlignmentClause: var alignment, FormatClause: var format })
                template.Append('{').Append(hole++).Append(alignment is null ? "" : $",{alignment.Value}").Append(format is null ? "" : $":{format.FormatStringToken.ValueText}").Append('}');
            else
                template.Append(((InterpolatedStringTextSyntax)part).TextToken.ValueText);
        }

        return template.ToString();
    }

    private static string Escaped(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private static string Place(ExpressionSyntax expression) => $"{expression.SyntaxTree.FilePath}:{expression.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
