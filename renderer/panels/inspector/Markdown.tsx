import "katex/dist/katex.min.css";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeKatex from "rehype-katex";
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
};

const remarkPlugins = [remarkGfm, remarkMath];
const rehypePlugins = [rehypeKatex];

/** Markdown with formulas between dollar signs. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className={styles.prose}>
      <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components}>
        {displayed(text)}
      </ReactMarkdown>
    </div>
  );
}

/** A formula between double dollars that stands alone on one line is displayed: the parser wants the fences apart. */
function displayed(text: string): string {
  return text.replace(/^\$\$(?!\s*$)(.+?)\$\$\s*$/gm, (_, formula: string) => `$$\n${formula}\n$$`);
}
