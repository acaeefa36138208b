import "katex/dist/katex.min.css";
import { renderToString } from "katex";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import styles from "./Markdown.module.css";

const components: Components = {
  // A new window is refused, and the address handed to the browser if it is one of the cited sites.
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
  pre: ({ children, node }) => {
    const [child] = node?.children ?? [];
    const isFormula = child?.type === "element" && String(child.properties.className).includes("math-display");
    return isFormula ? <div>{children}</div> : <pre>{children}</pre>;
  },
  code: ({ className = "", children }) => {
    if (!className.includes("language-math")) return <code>{children}</code>;
    return <Formula text={String(children)} isDisplayed={className.includes("math-display")} />;
  },
};

const remarkPlugins = [remarkGfm, remarkMath];

/** Markdown with formulas between dollar signs. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className={styles.prose}>
      <ReactMarkdown remarkPlugins={remarkPlugins} components={components}>
        {displayed(text)}
      </ReactMarkdown>
    </div>
  );
}

/** A formula; a wrong one is shown as its source, in red. */
function Formula({ text, isDisplayed }: { readonly text: string; readonly isDisplayed: boolean }) {
  const html = renderToString(text, { displayMode: isDisplayed, throwOnError: false, errorColor: "var(--danger)" });
  // KaTeX escapes what it is given and may add no links.
  return <span dangerouslySetInnerHTML={{ __html: html }} />;
}

/** A formula between double dollars that stands alone on its lines is displayed: the parser wants the fences apart. */
function displayed(text: string): string {
  return text.replace(/^\$\$(?!\s*$)([^$]+)\$\$\s*$/gm, (_, formula: string) => `$$\n${formula}\n$$`);
}
